/** Marks HTML. JSON cannot contain a symbol, and all copies of this package share this one. */
const mark = Symbol.for('sitemessage.html');

/** HTML in which every inserted value is escaped. Only {@link html} and {@link raw} make it. */
export interface Html {
  /** The HTML text. */
  readonly markup: string;
  /** Returns `markup`. */
  toString(): string;
}

/** A value that the {@link html} tag accepts. */
export type HtmlHole = string | number | bigint | boolean | null | undefined | Html | readonly HtmlHole[];

/**
 * Makes HTML from a template, and escapes each inserted value: `` html`<p>Hello ${name}</p>` ``. Inserts
 * another `html` value unchanged, an array item by item, and nothing for `undefined`, `null` and `false`.
 * Put attributes in quotes: `` html`<a href="${url}">` ``. It does not check URLs: check the protocol of a
 * URL that a user typed.
 */
export function html(strings: TemplateStringsArray, ...holes: readonly HtmlHole[]): Html {
  return raw(strings.reduce((markup, part, index) => markup + fill(holes[index - 1]) + part));
}

/** Marks a text as safe HTML, and escapes nothing. Never pass a text that a user typed. */
export function raw(markup: string): Html {
  const made = { [mark]: true, markup, toString: () => markup };
  return made;
}

/** Returns true for a value that {@link html} or {@link raw} made, in any copy of this package. */
export function isHtml(value: unknown): value is Html {
  return typeof value === 'object' && value !== null && mark in value;
}

function fill(hole: HtmlHole): string {
  if (hole === undefined || hole === null || hole === false) return '';
  if (Array.isArray(hole)) return hole.map(fill).join('');
  return isHtml(hole) ? hole.markup : escapeHtml(String(hole));
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] as string);
}
