import { describe, expect, it } from 'vitest';
import { excessOf, shapes } from './measure.ts';
import { parsers } from './parsers.ts';

describe('ten times the text takes about ten times as long', () => {
  it.each(parsers)('%s', async (_, parse) => {
    const excesses: string[] = [];
    for (const shape of shapes) excesses.push(...[await excessOf(parse, shape)].filter((excess) => excess !== undefined));
    expect(excesses).toEqual([]);
  });

  it('is not true of a parser that starts again at each character', async () => {
    // Five searches take long enough for the measure: 2 ms for the short text.
    const parse = (text: string): boolean => [1, 2, 3, 4, 5].some(() => /a*b/.test(text));
    const excess = await excessOf(parse, (length) => 'a'.repeat(length));
    expect(excess).toMatch(/^"aaaaaaaa": [\d.]+ ms for 1000 characters, [\d.]+ ms for 10000$/);
  });
});
