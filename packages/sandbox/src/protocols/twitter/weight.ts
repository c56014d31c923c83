/** Characters that count 1, all others 2: https://docs.x.com/fundamentals/counting-characters. */
const light: readonly (readonly [number, number])[] = [
  [0, 4_351],
  [8_192, 8_205],
  [8_208, 8_223],
  [8_242, 8_247],
];
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** Shown as an emoji by itself, made one by a variation selector, or a keycap, with its selector or without. */
const emoji = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|[0-9#*]\ufe0f?\u20e3/u;
const urlWeight = 23;

/** How much of 280 a text takes. Only URLs with a protocol are seen: of bare domains, which X counts 23 as well, X knows which there are. */
export function weightOf(text: string): number {
  const urls = text.match(/https?:\/\/\S+/gi) ?? [];
  let weight = urls.length * urlWeight;
  for (const { segment } of graphemes.segment(text.normalize('NFC').replaceAll(/https?:\/\/\S+/gi, ''))) {
    weight += emoji.test(segment) ? 2 : [...segment].reduce((sum, character) => sum + weightOfOne(character), 0);
  }
  return weight;
}

function weightOfOne(character: string): number {
  const point = character.codePointAt(0) as number;
  return light.some(([from, to]) => point >= from && point <= to) ? 1 : 2;
}
