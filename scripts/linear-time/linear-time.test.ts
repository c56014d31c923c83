import { describe, expect, it } from 'vitest';
import { excessOf, shapes } from './measure.ts';
import { parsers } from './parsers.ts';

describe('ten times the text takes about ten times as long', () => {
  it.each(parsers)('%s', { timeout: 60_000 }, async (_, parse) => {
    const excesses: string[] = [];
    for (const shape of shapes) excesses.push(...[await excessOf(parse, shape)].filter((excess) => excess !== undefined));
    expect(excesses).toEqual([]);
  });

  it('is not true of a parser that begins anew at each character', async () => {
    const excess = await excessOf(
      (text) => /a*b/.test(text),
      (length) => 'a'.repeat(length),
    );
    expect(excess).toMatch(/^"aaaaaaaa": [\d.]+ ms for 1000 characters, [\d.]+ ms for 10000$/);
  });

  it.each(parsers)('and an ordinary text is read: %s', async (_, parse) => {
    const thrown = await Promise.resolve('abc')
      .then(parse)
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    // A parser that is called in a wrong way would be fast.
    expect(String(thrown)).not.toMatch(/is not a function|is not defined|is not iterable|Cannot read properties/);
  });
});
