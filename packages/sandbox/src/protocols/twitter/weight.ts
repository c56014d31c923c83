/**
 * The ranges of characters that count 1. All others count 2:
 * https://docs.x.com/fundamentals/counting-characters.
 */
const light: readonly (readonly [number, number])[] = [
  [0, 4_351],
  [8_192, 8_205],
  [8_208, 8_223],
  [8_242, 8_247],
];
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/**
 * Matches an emoji: shown as one by itself, by a variation selector, or as a keycap with or without its
 * selector.
 */
const emoji = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|[0-9#*]\ufe0f?\u20e3/u;
const urlWeight = 23;

/**
 * Returns the weight of a text. X allows 280. A URL counts 23, but only with `https://` or `http://`: X
 * also counts bare domains as 23, and has a list of those that exist.
 */
export function weightOf(text: string): number {
  const urls = text.match(/https?:\/\/\S+/gi) ?? [];
  let weight = urls.length * urlWeight;
  for (const { segment } of graphemes.segment(text.normalize('NFC').replaceAll(/https?:\/\/\S+/gi, ''))) {
    weight += emoji.test(segment) ? 2 : [...segment].reduce((sum, character) => sum + weightOfCharacter(character), 0);
  }
  return weight;
}

function weightOfCharacter(character: string): number {
  const point = character.codePointAt(0) as number;
  return light.some(([from, to]) => point >= from && point <= to) ? 1 : 2;
}
