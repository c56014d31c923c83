/** A piece of a text that stays whole in a split: a tag, an entity, or one character. */
export interface Token {
  /** The source of the piece. */
  readonly raw: string;
  /** The text that a reader sees. Empty for a tag. */
  readonly shown: string;
  readonly tag?: Tag;
}

interface Tag {
  /** The name in lower case. */
  readonly name: string;
  readonly isEnd: boolean;
}

/** The tags that Telegram knows: https://core.telegram.org/bots/api#html-style. */
const known: readonly string[] = [
  ...['a', 'b', 'strong', 'i', 'em', 'u', 'ins', 's', 'strike', 'del', 'code', 'pre', 'blockquote'],
  ...['span', 'tg-spoiler', 'tg-emoji', 'tg-time'],
];

const tagName = /<\/?([^ \t\r\n\v>]*)/y;
const spaces = /[ \t\r\n\v]*/y;
const attributeName = /[^ \t\r\n\v=>/"']+/y;
const attributeWord = /[A-Za-z0-9.-]*(?=[ \t\r\n\v>])/y;
/** An entity. The `;` is optional, and Telegram reads at most 7 decimal or 6 hexadecimal digits. */
const entity = /&(?:#(\d{1,7})(?!\d)|#x([0-9a-fA-F]{1,6})(?![0-9a-fA-F])|(lt|gt|amp|quot)(?![a-zA-Z]));?/y;
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const pastUnicode = 0x10_ffff;

/** Returns the tokens of a plain text: one for each code point. */
export const textTokens = (text: string): readonly Token[] => Array.from(text, characterToken);

/**
 * Returns the tokens of HTML, read as Telegram's parser does (`parse_html` in https://github.com/tdlib/td).
 * That parser refuses a text at the first `<` that begins no complete tag. So everything after it counts as
 * characters, which also keeps the time linear.
 */
export function htmlTokens(html: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < html.length; ) {
    const token = html[at] === '<' ? tagToken(html, at) : html[at] === '&' ? entityToken(html, at) : characterAt(html, at);
    if (!token) return tokens.concat(textTokens(html.slice(at)));
    tokens.push(token);
    at += token.raw.length;
  }
  return tokens;
}

/** Returns the text that a reader sees. */
export const shownBy = (tokens: readonly Token[]): string => tokens.map(({ shown }) => shown).join('');

/** Returns the length in code points, as Telegram counts. */
export function lengthOf(shown: string): number {
  let length = 0;
  for (const _ of shown) length += 1;
  return length;
}

/** Returns the reason why the tokens cannot be split into parts of valid HTML. Undefined when they can. */
export function problemOf(tokens: readonly Token[]): string | undefined {
  const open: string[] = [];
  for (const { raw, tag } of tokens) {
    if (!tag) {
      if (raw === '<') return 'a < that begins no tag must be written &lt;';
    } else if (tag.isEnd) {
      const begun = open.pop();
      if (begun === undefined || (tag.name !== '' && tag.name !== begun)) return `${raw} ends no tag`;
    } else {
      if (!known.includes(tag.name)) return `Telegram has no tag <${tag.name}>`;
      open.push(tag.name);
    }
  }
  const left = open.pop();
  return left === undefined ? undefined : `<${left}> has no end`;
}

const characterToken = (raw: string): Token => ({ raw, shown: raw });

const characterAt = (text: string, at: number): Token => characterToken(String.fromCodePoint(text.codePointAt(at) as number));

function entityToken(html: string, begin: number): Token {
  const [raw, decimal, hex, name] = matchAt(entity, html, begin) ?? [];
  if (raw === undefined) return characterAt(html, begin);
  if (name !== undefined) return { raw, shown: entities[name] as string };
  const point = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
  // Any other number is plain text. Only its first character is taken here, so that a later tag is found.
  return point > 0 && point < pastUnicode ? { raw, shown: String.fromCodePoint(point) } : characterAt(html, begin);
}

/** Returns undefined when no complete tag begins here. */
function tagToken(html: string, begin: number): Token | undefined {
  const [opening = '', name = ''] = matchAt(tagName, html, begin) ?? [];
  const isEnd = html[begin + 1] === '/';
  const at = isEnd ? skip(spaces, html, begin + opening.length) : afterAttributes(html, begin + opening.length);
  if (at === undefined || html[at] !== '>') return undefined;
  return { raw: html.slice(begin, at + 1), shown: '', tag: { name: name.toLowerCase(), isEnd } };
}

/**
 * Returns the place of the `>` that ends a tag; a `>` inside an attribute's value does not. Undefined when
 * there is none, or an attribute is malformed.
 */
function afterAttributes(html: string, from: number): number | undefined {
  for (let at = skip(spaces, html, from); at < html.length; at = skip(spaces, html, at)) {
    if (html[at] === '>') return at;
    const named = skip(attributeName, html, at);
    if (named === at) return undefined;
    at = skip(spaces, html, named);
    if (html[at] !== '=') continue;
    at = skip(spaces, html, at + 1);
    const quote = html[at];
    const end = quote === '"' || quote === "'" ? html.indexOf(quote, at + 1) + 1 : skip(attributeWord, html, at);
    // There is no closing quote, or the word ends at a wrong character.
    if (end === 0 || (end === at && !isWordEnd(html[at]))) return undefined;
    at = end;
  }
  return undefined;
}

const isWordEnd = (character: string | undefined): boolean => character !== undefined && /[ \t\r\n\v>]/.test(character);

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const skip = (pattern: RegExp, text: string, at: number): number => at + (matchAt(pattern, text, at)?.[0].length ?? 0);

/**
 * Escapes a text for Telegram's HTML, also for an attribute in either kind of quotes:
 * https://core.telegram.org/bots/api#html-style. A `'` becomes `&#39;`, because Telegram has no `&apos;`.
 */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

/** Escapes a text for MarkdownV2, except inside code: https://core.telegram.org/bots/api#markdownv2-style. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\_*[\]()~`>#+\-=|{}.!]/g, '\\$&');
}
