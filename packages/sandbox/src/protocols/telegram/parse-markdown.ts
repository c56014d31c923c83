import { checkTimeFormat } from './parse-html.ts';
import { badRequest } from './refusal.ts';

/**
 * The names of entities by marker, longer markers first:
 * https://core.telegram.org/bots/api#markdownv2-style.
 */
const markers: Readonly<Record<string, string>> = {
  '```': 'Pre',
  '||': 'Spoiler',
  __: 'Underline',
  '*': 'Bold',
  _: 'Italic',
  '~': 'Strikethrough',
  '`': 'Code',
  '![': 'CustomEmoji',
  '[': 'TextUrl',
};
const quote = 'BlockQuote';
const reserved = '_*[]()~`>#+-=|{}.!\n';
/** Matches the language of a block of code, and one line break. */
const beforeCode = /(?:[^\s`]+(?=\s))?(?:\r\n|\n\r|\n|\r)?/y;
/** Matches the address of a link. A backslash escapes the character after it. */
const address = /\(((?:\\[^\u007f-\uffff]|[^)])*)\)/y;

interface Open {
  readonly marker: string;
  readonly name: string;
  readonly at: number;
}

/**
 * Returns the text as a reader sees it. Follows `parse_markdown_v2` in `td/telegram/MessageEntity.cpp` of
 * TDLib.
 *
 * @throws Refusal in Telegram's words for a character that is not escaped, or an entity without an end.
 */
export function parseMarkdown(markdown: string): string {
  const open: Open[] = [];
  const parts: string[] = [];
  let at = 0;
  let isLineStart = true;
  let isQuoted = false;

  const show = (character: string): void => {
    parts.push(character);
    if (character !== '\r') isLineStart = character === '\n';
  };
  const byteOffset = (index: number): number => Buffer.byteLength(markdown.slice(0, index));
  const unended = ({ name, at }: Open): Error => unparsed(`Can't find end of ${name} entity at byte offset ${byteOffset(at)}`);

  const begin = (marker: string): void => {
    open.push({ marker, name: markers[marker] as string, at });
    at += marker.length;
    if (marker === '```') at += matchAt(beforeCode, markdown, at)?.[0].length ?? 0;
  };
  /** Ends an entity. The address of a link is a part of its end. */
  const end = ({ marker }: Open): void => {
    open.pop();
    at += marker.endsWith('[') ? 1 : marker.length;
    if (!marker.endsWith('[')) return;
    const isImage = marker === '![';
    if (markdown[at] !== '(') {
      if (isImage) throw unparsed('The entity must contain a tg://emoji or tg://time URL');
      return;
    }
    const [target, url = ''] = matchAt(address, markdown, at) ?? [];
    if (target === undefined) throw unparsed(`Can't find end of a URL at byte offset ${byteOffset(at + 1)}`);
    if (isImage) checkImage(url.replaceAll(/\\([^\u007f-\uffff])/g, '$1'));
    at += target.length;
  };
  /** Ends a quote with its line. `||` at the end makes it an expandable quote, and begins no spoiler. */
  const endQuote = (): void => {
    const last = open.at(-1);
    const begun = last?.name === 'Spoiler' ? markdown.slice(last.at + 2, at).replace('\r', '') : undefined;
    if (begun === '') open.pop();
    const quoted = open.pop();
    isQuoted = false;
    if (quoted && quoted.name !== quote) throw unended(quoted);
  };

  while (at < markdown.length) {
    const rest = markdown.slice(at, at + 3);
    const character = rest[0] as string;
    const last = open.at(-1);
    const isCode = last?.name === 'Pre' || last?.name === 'Code';
    if (/^\\[^\u007f-\uffff]/.test(rest)) {
      show(rest[1] as string);
      at += 2;
    } else if (isCode ? character !== '`' : !reserved.includes(character)) {
      show(character);
      at += 1;
    } else if (character === '\n') {
      if (isQuoted && markdown[at + 1] !== '>') endQuote();
      show(character);
      at += 1;
    } else if (last && isEnd(last, rest)) end(last);
    else if (character === '>' && isLineStart) {
      if (!isQuoted) open.push({ marker: '>', name: quote, at });
      isQuoted = true;
      at += 1;
    } else {
      const marker = Object.keys(markers).find((one) => rest.startsWith(one));
      if (marker === undefined) throw unparsed(`Character '${character}' is reserved and must be escaped with the preceding '\\'`);
      begin(marker);
    }
  }
  if (isQuoted) endQuote();
  const unclosed = open.at(-1);
  if (unclosed) throw unended(unclosed);
  return parts.join('');
}

function isEnd({ marker }: Open, rest: string): boolean {
  if (marker.endsWith('[')) return rest.startsWith(']');
  // `__` is another marker.
  if (marker === '_') return rest.startsWith('_') && !rest.startsWith('__');
  return marker !== '>' && rest.startsWith(marker);
}

/** Accepts `tg://emoji?id=5` and `tg://time?unix=1800000000&format=r`. */
function checkImage(url: string): void {
  const [, host = '', query = ''] = /^tg:(?:\/\/)?(emoji|time)\/?\?([^#]*)/i.exec(url) ?? [];
  const values = new URLSearchParams(query);
  const isEmoji = host === 'emoji' && /^-?\d*[1-9]\d*$/.test(values.get('id') ?? '');
  const unix = Number(values.get('unix') ?? Number.NaN);
  const isTime = host === 'time' && Number.isInteger(unix) && unix > 0 && unix < 2 ** 31;
  if (!isEmoji && !isTime) throw unparsed('Invalid tg://emoji or tg://time URL specified');
  if (isTime) checkTimeFormat(values.get('format') ?? '');
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const unparsed = (problem: string): Error => badRequest(`can't parse entities: ${problem}`);
