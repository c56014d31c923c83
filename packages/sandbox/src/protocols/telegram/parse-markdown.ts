import { badRequest } from './refusal.ts';

/** By marker, longer ones first, what it begins and ends: https://core.telegram.org/bots/api#markdownv2-style. */
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
const reserved = '_*[]()~`>#+-=|{}.!';
/** Any of these characters may follow a backslash, which takes away their meaning. */
const escaped = /^\\[^\u007f-\uffff]/;

interface Open {
  readonly marker: string;
  readonly name: string;
  readonly at: number;
}

/** The text as a reader sees it. Throws a Refusal in Telegram's words for a character that is not escaped, or an entity that has no end. */
export function parseMarkdown(markdown: string): string {
  const open: Open[] = [];
  let text = '';
  let at = 0;
  const byteOffset = (index: number): number => Buffer.byteLength(markdown.slice(0, index));

  const begin = (marker: string): void => {
    open.push({ marker, name: markers[marker] as string, at });
    at += marker.length;
    // The language of a block of code, and the line break before it.
    if (marker === '```') at += /^(?:[^\s`]+(?=\s))?(?:\r\n|\n\r|\n|\r)?/.exec(markdown.slice(at))?.[0].length ?? 0;
  };
  /** Of a link, the address goes with it. */
  const end = ({ marker }: Open): void => {
    open.pop();
    at += marker.endsWith('[') ? 1 : marker.length;
    if (!marker.endsWith('[')) return;
    const [target] = /^\((?:\\[\s\S]|[^)\\])*\)/.exec(markdown.slice(at)) ?? [];
    if (target === undefined && markdown[at] === '(') throw unparsed(`Can't find end of a URL at byte offset ${byteOffset(at + 1)}`);
    if (marker === '![' && !/^\(tg:\/\/emoji\?id=\d+\)$/.test(target ?? '')) {
      throw unparsed('Custom emoji entity must contain a tg://emoji URL');
    }
    at += target?.length ?? 0;
  };

  while (at < markdown.length) {
    const rest = markdown.slice(at, at + 3);
    const character = rest[0] as string;
    const last = open.at(-1);
    const isCode = last?.name === 'Pre' || last?.name === 'Code';
    if (escaped.test(rest)) {
      text += rest[1];
      at += 2;
    } else if (last && isEnd(last, rest)) end(last);
    else if (isCode ? character !== '`' : !reserved.includes(character)) {
      text += character;
      at += 1;
    } else if (character === '>' && (at === 0 || markdown[at - 1] === '\n')) at += 1;
    else {
      const marker = Object.keys(markers).find((one) => rest.startsWith(one));
      if (marker === undefined) throw unparsed(`Character '${character}' is reserved and must be escaped with the preceding '\\'`);
      begin(marker);
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) throw unparsed(`Can't find end of ${unclosed.name} entity at byte offset ${byteOffset(unclosed.at)}`);
  return text;
}

function isEnd({ marker }: Open, rest: string): boolean {
  if (marker.endsWith('[')) return rest.startsWith(']');
  // Two of them are another marker.
  if (marker === '_') return rest.startsWith('_') && !rest.startsWith('__');
  return rest.startsWith(marker);
}

const unparsed = (problem: string): Error => badRequest(`can't parse entities: ${problem}`);
