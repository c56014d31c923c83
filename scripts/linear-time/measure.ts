/** Reads a text that somebody else wrote. May throw: a text that is refused was read too. */
export type Parser = (text: string) => unknown;

/** In UTF-16 units. Ten times as many must not take much more than ten times as long. */
const small = 1_000;
const times = 10;
/** A quadratic parser takes a hundred times as long. */
const mostTimes = 30;
/** Where a clock and a garbage collector count for more than the parser. */
const negligibleMs = 30;
/** Others use this machine too: the shortest time counts. */
const attempts = 8;

/** Units that are repeated to make a text: the beginnings and the ends of what parsers look for. */
const units =
  'a| |\n|\t|.|-|_|=|*|~|"|\'|`|\\|&|&amp;|&#|%|%25|<|<a|<a b="|</|</a>|<a>|<!--|>|(|)|[|](|{|}|{"a":|[[|@|a@|@a|/|//|:|,|;|?|+|0|a.|.a|a-|a b |a=b&|a, |http://|a.com/|\r\n|\u00e9|\u0301|\u4f60|\u{1f44d}|\u200d|\u200b|=?utf-8?q?';

/** The texts that a parser is tried with, for each length. */
export const shapes: readonly ((length: number) => string)[] = units.split('|').flatMap((unit) => {
  const repeated = (length: number): string => unit.repeat(Math.ceil(length / unit.length));
  // What ends otherwise makes a parser that expects an end go back.
  return [repeated, (length: number) => `x${repeated(length)}\u0001x`];
});

/** Returns how much longer the parser takes for ten times the text, in words, where that is more than it should be. */
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
    // It was refused.
  }
  return performance.now() - start;
}
