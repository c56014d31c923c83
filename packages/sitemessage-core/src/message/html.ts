/** What JSON cannot bring in, and every copy of this package has in common. */
const mark = Symbol.for('sitemessage.html');

/** HTML that was written by a programmer, with what came from elsewhere escaped. Made by {@link html} and {@link raw} only. */
export interface Html {
  readonly markup: string;
  toString(): string;
}

export type HtmlHole = string | number | bigint | boolean | null | undefined | Html | readonly HtmlHole[];

/**
 * A tagged template that escapes its holes: `` html`<p>Hello ${name}</p>` ``. Another `html` value goes in as it is, an array
 * piece by piece, `undefined`, `null` and `false` not at all. Quote attributes: `` html`<a href="${url}">` ``. It escapes
 * characters and judges nothing: check the protocol of a URL that somebody else typed.
 */
export function html(strings: TemplateStringsArray, ...holes: readonly HtmlHole[]): Html {
  return raw(strings.reduce((markup, part, index) => markup + fill(holes[index - 1]) + part));
}

/** Takes a text as HTML that is safe already. Never for anything that a user typed. */
export function raw(markup: string): Html {
  const made = { [mark]: true, markup, toString: () => markup };
  return made;
}

/** Whether it was made by {@link html} or {@link raw}, in whichever copy of this package. */
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
