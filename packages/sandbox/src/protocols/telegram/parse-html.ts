import { badRequest } from './refusal.ts';

/**
 * The tags of https://core.telegram.org/bots/api#html-style. This parser follows `parse_html` in
 * `td/telegram/MessageEntity.cpp` of TDLib.
 */
const tags: readonly string[] = [
  ...['a', 'b', 'strong', 'i', 'em', 's', 'strike', 'del', 'u', 'ins', 'pre', 'code', 'blockquote'],
  ...['span', 'tg-spoiler', 'tg-emoji', 'tg-time'],
];
const namedEntities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const lastCodePoint = 0x10_ffff;
/** The most characters of a numeric entity, with `&#` and without `;`. */
const longestNumber = 9;

const spaces = /[ \t\r\n\v]*/y;
const tagName = /[^ \t\r\n\v>]*/y;
const attributeName = /[^ \t\r\n\v=>/"']*/y;
const attributeWord = /[A-Za-z0-9.-]*/y;
const entity = /&(?:#x([0-9a-fA-F]*)|#(\d*)|([a-zA-Z]*));?/y;

interface Open {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** The length of the shown text before the tag. */
  readonly from: number;
}

/**
 * Returns the text as a reader sees it, in linear time.
 *
 * @throws Refusal in Telegram's words for markup that its parser refuses.
 */
export function parseHtml(html: string): string {
  const parts: string[] = [];
  const open: Open[] = [];
  let length = 0;
  let isWellFormed = true;
  for (let at = 0; at < html.length; ) {
    if (html[at] !== '<') {
      const { raw, shown } = html[at] === '&' ? entityAt(html, at) : { raw: html[at] as string, shown: html[at] as string };
      parts.push(shown);
      // Half of a surrogate pair is refused, even next to the other half.
      isWellFormed &&= shown.length > 1 || raw.length === 1 || shown.isWellFormed();
      length += shown.length;
      at += raw.length;
    } else if (html[at + 1] === '/') at = endTag(html, at, open, length);
    else at = startTag(html, at, open, length);
  }
  const unclosed = open.pop();
  if (unclosed) throw unparsed(`Can't find end tag corresponding to start tag "${unclosed.tag}"`);
  if (!isWellFormed) {
    throw unparsed('Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units');
  }
  return parts.join('');
}

/** Reads a start tag. Like Telegram, it ignores unknown attributes. Returns the place after the tag. */
function startTag(html: string, begin: number, open: Open[], from: number): number {
  const name = wordAt(tagName, html, begin + 1);
  const tag = name.toLowerCase();
  let at = begin + 1 + name.length;
  if (at >= html.length) throw unparsedAt('Unclosed start tag', html, begin);
  if (!tags.includes(tag)) throw unparsedAt(`Unsupported start tag "${tag}"`, html, begin);
  const attributes = new Map<string, string>();
  for (;;) {
    at += wordAt(spaces, html, at).length;
    if (html[at] === '>') break;
    const attribute = wordAt(attributeName, html, at);
    if (attribute === '') throw unparsedAt(`Empty attribute name in the tag "${tag}"`, html, begin);
    at += attribute.length;
    at += wordAt(spaces, html, at).length;
    if (at >= html.length) throw unparsedAt(`Unclosed start tag "${tag}"`, html, begin);
    if (html[at] !== '=') {
      attributes.set(attribute, '');
      continue;
    }
    at += 1;
    at += wordAt(spaces, html, at).length;
    if (at >= html.length) throw unparsedAt(`Unclosed start tag "${tag}"`, html, begin);
    const { value, end } = valueAt(html, at);
    if (end >= html.length) throw unparsedAt('Unclosed start tag', html, begin);
    attributes.set(attribute, value);
    at = end;
  }
  if (tag === 'span' && attributes.get('class') !== 'tg-spoiler') {
    throw unparsedAt('Tag "span" must have class "tg-spoiler"', html, begin);
  }
  open.push({ tag, attributes, from });
  return at + 1;
}

/** Returns the value of an attribute, in quotes or as a word, and the place after it. */
function valueAt(html: string, begin: number): { readonly value: string; readonly end: number } {
  const quote = html[begin];
  if (quote !== '"' && quote !== "'") {
    const word = wordAt(attributeWord, html, begin);
    const end = begin + word.length;
    if (end < html.length && !/[ \t\r\n\v>]/.test(html[end] as string)) throw unparsedAt('Unexpected end of name token', html, begin);
    return { value: word.toLowerCase(), end };
  }
  const closing = html.indexOf(quote, begin + 1);
  const end = closing < 0 ? html.length : closing;
  return { value: unescaped(html.slice(begin + 1, end)), end: end + 1 };
}

/** Reads an end tag. Returns the place after it. */
function endTag(html: string, begin: number, open: Open[], length: number): number {
  const opened = open.pop();
  if (!opened) throw unparsedAt('Unexpected end tag', html, begin);
  const name = wordAt(tagName, html, begin + 2);
  const tag = name.toLowerCase();
  const at = begin + 2 + name.length;
  const end = at + wordAt(spaces, html, at).length;
  if (html[end] !== '>') throw unparsedAt('Unclosed end tag', html, begin);
  if (tag !== '' && tag !== opened.tag) throw unparsed(unmatched(html, begin, opened.tag, tag));
  if (length > opened.from) checkShown(opened);
  return end + 1;
}

/** Checks the attributes of a tag that has ended. Telegram does so only when the tag shows some text. */
function checkShown({ tag, attributes }: Open): void {
  if (tag === 'tg-emoji') {
    const id = /^-?\d+$/.test(attributes.get('emoji-id') ?? '') ? BigInt(attributes.get('emoji-id') as string) : 0n;
    if (id === 0n || BigInt.asIntN(64, id) !== id) throw unparsed('Invalid custom emoji identifier specified');
  }
  if (tag === 'tg-time') checkTimeFormat(attributes.get('format') ?? '');
}

/**
 * Accepts `r` for a relative time, the parts of an absolute one, or nothing.
 * https://core.telegram.org/bots/api#html-style
 *
 * @throws Refusal
 */
export function checkTimeFormat(format: string): void {
  if (!/^(?:[rR]|[tTdDwW]*)$/.test(format)) throw unparsed('Invalid date format used');
}

/**
 * Returns an entity and the text that it shows. Telegram knows four names, with or without `;`. Others stay
 * as they are.
 */
function entityAt(text: string, begin: number): { readonly raw: string; readonly shown: string } {
  entity.lastIndex = begin;
  const [raw = '', hex, decimal, name = ''] = entity.exec(text) ?? [];
  const literal = { raw: '&', shown: '&' };
  if (hex === undefined && decimal === undefined) {
    return Object.hasOwn(namedEntities, name) ? { raw, shown: namedEntities[name] as string } : literal;
  }
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex || '0', 16);
  const isNumber = code > 0 && code < lastCodePoint && raw.replace(';', '').length <= longestNumber;
  return isNumber ? { raw, shown: String.fromCodePoint(code) } : literal;
}

function unescaped(text: string): string {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('&', at);
    if (next < 0) return parts.join('') + text.slice(at);
    const { raw, shown } = entityAt(text, next);
    parts.push(text.slice(at, next), shown);
    at = next + raw.length;
  }
  return parts.join('');
}

function wordAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

const unmatched = (html: string, begin: number, expected: string, found: string): string =>
  `Unmatched end tag ${offset(html, begin)}, expected "</${expected}>", found "</${found}>"`;

const offset = (html: string, at: number): string => `at byte offset ${Buffer.byteLength(html.slice(0, at))}`;

const unparsedAt = (problem: string, html: string, at: number): Error => unparsed(`${problem} ${offset(html, at)}`);

const unparsed = (problem: string): Error => badRequest(`can't parse entities: ${problem}`);
