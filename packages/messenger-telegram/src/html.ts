/** A piece of a text that is never cut: a tag, an entity, or one character. */
export interface Token {
  readonly raw: string;
  /** The text that a reader sees. Empty for a tag. */
  readonly shown: string;
  readonly tag?: Tag;
}

interface Tag {
  /** In lower case. */
  readonly name: string;
  readonly isEnd: boolean;
}

/** https://core.telegram.org/bots/api#html-style */
const known: readonly string[] = [
  ...['a', 'b', 'strong', 'i', 'em', 'u', 'ins', 's', 'strike', 'del', 'code', 'pre', 'blockquote'],
  ...['span', 'tg-spoiler', 'tg-emoji', 'tg-time'],
];

const tagName = /<\/?([^ \t\r\n\v>]*)/y;
const spaces = /[ \t\r\n\v]*/y;
const attributeName = /[^ \t\r\n\v=>/"']+/y;
const attributeWord = /[A-Za-z0-9.-]*(?=[ \t\r\n\v>])/y;
/** An entity needs no `;`, and has so many digits at most. */
const entity = /&(?:#(\d{1,7})(?!\d)|#x([0-9a-fA-F]{1,6})(?![0-9a-fA-F])|(lt|gt|amp|quot)(?![a-zA-Z]));?/y;
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const pastUnicode = 0x10_ffff;

/** A plain text: each code point of it. */
export const textTokens = (text: string): readonly Token[] => Array.from(text, characterToken);

/**
 * HTML, as Telegram's own parser reads it (`parse_html` in https://github.com/tdlib/td). That parser refuses a text at the first `<`
 * that begins no whole tag, so everything behind it counts as characters. This also keeps the time linear.
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

/** The text that a reader sees. */
export const shownBy = (tokens: readonly Token[]): string => tokens.map(({ shown }) => shown).join('');

/** Code points, as Telegram counts. */
export function lengthOf(shown: string): number {
  let length = 0;
  for (const _ of shown) length += 1;
  return length;
}

/** Says why the tokens cannot be cut into parts that are HTML themselves. Undefined when they can. */
export function problemOf(tokens: readonly Token[]): string | undefined {
  const open: string[] = [];
  for (const { raw, tag } of tokens) {
    if (!tag) {
      if (raw === '<') return 'a < that begins no tag has to be &lt;';
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
  // Any other number stays as it is written. Its first character alone, so that a tag behind it is still found.
  return point > 0 && point < pastUnicode ? { raw, shown: String.fromCodePoint(point) } : characterAt(html, begin);
}

/** Undefined when no whole tag begins here. */
function tagToken(html: string, begin: number): Token | undefined {
  const [opening = '', name = ''] = matchAt(tagName, html, begin) ?? [];
  const isEnd = html[begin + 1] === '/';
  const at = isEnd ? skip(spaces, html, begin + opening.length) : afterAttributes(html, begin + opening.length);
  if (at === undefined || html[at] !== '>') return undefined;
  return { raw: html.slice(begin, at + 1), shown: '', tag: { name: name.toLowerCase(), isEnd } };
}

/** The place of the `>`. One may stand in the value of an attribute. Undefined when there is none, or when an attribute is malformed. */
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
    // Neither a closing quote nor a word that ends where it may.
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
