/** A piece of a text that is not to be cut: a tag, an entity, or one character. */
export interface Token {
  readonly raw: string;
  /** What a reader sees of it: of a tag nothing. */
  readonly shown: string;
  readonly tag?: Tag;
}

interface Tag {
  /** In lower case. */
  readonly name: string;
  readonly isEnd: boolean;
}

/** A `>` may stand in an attribute. As Telegram reads entities, they need no `;`, and have so many digits at most. */
const pieces =
  /<(?<slash>\/?)(?<name>[^\s<>]*)(?:"[^"]*"|'[^']*'|[^'">])*>|&(?:#(?<decimal>\d{1,7})(?!\d)|#x(?<hex>[0-9a-fA-F]{1,6})(?![0-9a-fA-F])|(?<entity>lt|gt|amp|quot)(?![a-zA-Z]));?|[\s\S]/gu;
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const pastUnicode = 0x10_ffff;
/** https://core.telegram.org/bots/api#html-style */
const known: readonly string[] = [
  ...['a', 'b', 'strong', 'i', 'em', 'u', 'ins', 's', 'strike', 'del', 'code', 'pre', 'blockquote'],
  ...['span', 'tg-spoiler', 'tg-emoji', 'tg-time'],
];

/** A plain text: each character of it, also one that takes two UTF-16 units. */
export const textTokens = (text: string): readonly Token[] => Array.from(text, (raw) => ({ raw, shown: raw }));

/** HTML, as Telegram's own parser reads it. */
export function htmlTokens(html: string): readonly Token[] {
  return Array.from(html.matchAll(pieces), ({ 0: raw, groups = {} }): Token => {
    const { slash, name, decimal, hex, entity } = groups;
    if (name !== undefined) return { raw, shown: '', tag: { name: name.toLowerCase(), isEnd: slash === '/' } };
    if (entity !== undefined) return { raw, shown: entities[entity] as string };
    const point = decimal === undefined ? Number.parseInt(hex ?? '0', 16) : Number(decimal);
    return { raw, shown: point > 0 && point < pastUnicode ? String.fromCodePoint(point) : raw };
  });
}

/** What a reader sees. */
export const shownBy = (tokens: readonly Token[]): string => tokens.map(({ shown }) => shown).join('');

/** As Telegram counts, in code points. */
export const lengthOf = (shown: string): number => [...shown].length;

/** Why it cannot be cut into parts that are HTML themselves. Undefined: it can. */
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
