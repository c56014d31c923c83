import { expect, it } from 'vitest';
import { parsers } from './parsers.ts';

// A parser that is called in a wrong way would be fast, and pass the test of its time.
it.each(parsers)('an ordinary text is read: %s', async (_, parse) => {
  const thrown = await Promise.resolve('abc')
    .then(parse)
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  expect(String(thrown)).not.toMatch(/is not a function|is not defined|is not iterable|Cannot read properties/);
});
