import { badRequest } from './refusal.ts';

/** By tag, the attributes that it may have: https://core.telegram.org/bots/api#html-style. */
const tags: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  b: [],
  strong: [],
  i: [],
  em: [],
  u: [],
  ins: [],
  s: [],
  strike: [],
  del: [],
  code: ['class'],
  pre: [],
  blockquote: ['expandable'],
  'tg-spoiler': [],
  span: ['class'],
  'tg-emoji': ['emoji-id'],
};
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const pastUnicode = 0x10_ffff;
const longestNumber = 9;

/** The text as a reader sees it. Throws a Refusal in Telegram's words for what its parser does not take. */
export function parseHtml(html: string): string {
  const open: string[] = [];
  let text = '';
  let at = 0;
  while (at < html.length) {
    if (html[at] === '<') at = html[at + 1] === '/' ? endTag(html, at, open) : startTag(html, at, open);
    else {
      const [raw, shown] = html[at] === '&' ? entity(html.slice(at)) : [html[at] as string, html[at] as string];
      text += shown;
      at += raw.length;
    }
  }
  const unclosed = open.pop();
  if (unclosed !== undefined) throw unparsed(`Can't find end tag corresponding to start tag "${unclosed}"`);
  return text;
}

function startTag(html: string, begin: number, open: string[]): number {
  const offset = `at byte offset ${byteOffset(html, begin)}`;
  const [, name = ''] = /^<([^\s>]*)/.exec(html.slice(begin)) ?? [];
  let at = begin + 1 + name.length;
  if (at >= html.length) throw unparsed(`Unclosed start tag ${offset}`);
  const tag = name.toLowerCase();
  const allowed = Object.hasOwn(tags, tag) ? tags[tag] : undefined;
  if (!allowed) throw unparsed(`Unsupported start tag "${tag}" ${offset}`);
  const attributes = new Map<string, string>();
  // One after the other: a `>` may stand in the value of one.
  for (;;) {
    at += /^\s*/.exec(html.slice(at))?.[0].length ?? 0;
    if (html[at] === '>') break;
    const [whole, attribute = '', double, single, token] =
      /^([^\s=>/"']*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+)(?=[\s>])))?/.exec(html.slice(at)) ?? ([''] as const);
    if (at >= html.length) throw unparsed(`Unclosed start tag "${tag}" ${offset}`);
    if (attribute === '') throw unparsed(`Empty attribute name in the tag "${tag}" ${offset}`);
    // Stricter than Telegram, which passes over what it does not know.
    if (!allowed.includes(attribute)) throw unparsed(`Unsupported attribute "${attribute}" ${offset}`);
    attributes.set(attribute, double ?? single ?? token ?? '');
    at += whole.length;
  }
  if (tag === 'span' && attributes.get('class') !== 'tg-spoiler') throw unparsed(`Tag "span" must have class "tg-spoiler" ${offset}`);
  if (tag === 'tg-emoji' && !/^[1-9]\d*$/.test(attributes.get('emoji-id') ?? ''))
    throw badRequest('Invalid custom emoji identifier specified');
  open.push(tag);
  return at + 1;
}

function endTag(html: string, begin: number, open: string[]): number {
  const offset = `at byte offset ${byteOffset(html, begin)}`;
  const opened = open.pop();
  if (opened === undefined) throw unparsed(`Unexpected end tag ${offset}`);
  const [whole, name = ''] = /^<\/([^\s>]*)\s*>/.exec(html.slice(begin)) ?? [];
  if (whole === undefined) throw unparsed(`Unclosed end tag ${offset}`);
  const tag = name.toLowerCase();
  if (tag !== '' && tag !== opened) throw unparsed(`Unmatched end tag ${offset}, expected "</${opened}>", found "</${tag}>"`);
  return begin + whole.length;
}

/** What it is, and what it shows. Of the named ones Telegram knows four, with or without `;`; everything else stays as it is. */
function entity(rest: string): readonly [raw: string, shown: string] {
  const [raw = '', decimal, hex, name] = /^&(?:#(\d+)|#x([0-9a-fA-F]+)|([a-zA-Z]+));?/.exec(rest) ?? [];
  const literal = ['&', '&'] as const;
  if (name !== undefined) return Object.hasOwn(entities, name) ? [raw, entities[name] as string] : literal;
  if (decimal === undefined && hex === undefined) return literal;
  const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
  const isNumber = code > 0 && code < pastUnicode && raw.replace(';', '').length <= longestNumber;
  return isNumber ? [raw, String.fromCodePoint(code)] : literal;
}

const byteOffset = (html: string, at: number): number => Buffer.byteLength(html.slice(0, at));

const unparsed = (problem: string): Error => badRequest(`can't parse entities: ${problem}`);
