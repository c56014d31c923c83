/** Reads a text from outside. It may throw, since a refused text was read too. */
export type Parser = (text: string) => unknown;

/** The short length, in UTF-16 units. Ten times the length must not take much more than ten times as long. */
const small = 1_000;
const times = 10;
/** A quadratic parser takes a hundred times as long. */
const mostTimes = 30;
/** Below this, the clock and the garbage collector count for more than the parser. */
const negligibleMs = 30;
/** The most measurements. The shortest time counts, because other programs use the machine too. */
const attempts = 8;

/** The units that are repeated to make a text: beginnings and ends of tokens that parsers look for. */
const units =
  'a| |\n|\t|.|-|_|=|*|~|"|\'|`|\\|&|&amp;|&#|%|%25|<|<a|<a b="|</|</a>|<a>|<!--|>|(|)|[|](|{|}|{"a":|[[|@|a@|@a|/|//|:|,|;|?|+|0|a.|.a|a-|a b |a=b&|a, |http://|a.com/|\r\n|\u00e9|\u0301|\u4f60|\u{1f44d}|\u200d|\u200b|=?utf-8?q?';

/** Functions that make a text of a length. */
export const shapes: readonly ((length: number) => string)[] = units.split('|').flatMap((unit) => {
  const repeated = (length: number): string => unit.repeat(Math.ceil(length / unit.length));
  // A text with another end makes a parser backtrack that expects the unit to go on.
  return [repeated, (length: number) => `x${repeated(length)}\u0001x`];
});

/**
 * Returns a description when the parser takes too long for ten times the text. Returns undefined otherwise.
 */
export async function excessOf(parse: Parser, shape: (length: number) => string): Promise<string | undefined> {
  const [short, long] = [shape(small), shape(small * times)];
  let [shortMs, longMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    shortMs = Math.min(shortMs, await timeOf(parse, short));
    longMs = Math.min(longMs, await timeOf(parse, long));
    if (longMs <= negligibleMs + shortMs * mostTimes) return undefined;
  }
  return `${JSON.stringify(shape(8))}: ${shortMs.toFixed(1)} ms for ${small} characters, ${longMs.toFixed(1)} ms for ${small * times}`;
}

async function timeOf(parse: Parser, text: string): Promise<number> {
  const start = performance.now();
  try {
    await parse(text);
  } catch {
    // The parser refused the text.
  }
  return performance.now() - start;
}
