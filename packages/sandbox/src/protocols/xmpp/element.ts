/** An XML element with its namespace. */
export interface Element {
  /** The name without its prefix. */
  readonly name: string;
  readonly xmlns: string;
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: readonly (Element | string)[];
}

/** Returns the first child with this name and namespace. */
export function childOf(element: Element, name: string, xmlns: string = element.xmlns): Element | undefined {
  return elementsOf(element).find((child) => child.name === name && child.xmlns === xmlns);
}

export const elementsOf = ({ children }: Element): readonly Element[] => children.filter((child) => typeof child !== 'string');

/** Returns all text in an element, also that of its children. */
export function textOf({ children }: Element): string {
  return children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}

/** Returns an element as markup. `outer` is the namespace of the surrounding markup. */
export function write({ name, xmlns, attrs, children }: Element, outer = ''): string {
  const namespace = xmlns === outer ? {} : { xmlns };
  const inside = children.map((child) => (typeof child === 'string' ? escaped(child) : write(child, xmlns))).join('');
  return tag(name, { ...namespace, ...attrs }, inside);
}

/** Returns markup. `inside` is markup too. Attributes without a value are left out. */
export function tag(name: string, attrs: Readonly<Record<string, string | undefined>>, inside = ''): string {
  const written = Object.entries(attrs).map(([key, value]) => (value === undefined ? '' : ` ${key}='${escaped(value)}'`));
  return `<${name}${written.join('')}>${inside}</${name}>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&apos;', '"': '&quot;' };

export const escaped = (text: string): string => text.replaceAll(/[&<>'"]/g, (found) => entities[found] as string);
