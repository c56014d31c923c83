import { TransientError } from '@sitemessage/core';
import { rejection } from '@sitemessage/test-support';
import { expect, it } from 'vitest';
import { createMemory } from '../src/progress.ts';

it('what has begun is remembered of the last 1,000 deliveries that have not ended', async () => {
  const memory = createMemory();
  const posted = (id: number): Promise<number> => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const trying = memory.follow(
      String(id),
      () => ['One', 'Two'],
      async ({ ids }) => {
        resolve(ids.length);
        ids.push('7');
        throw new TransientError('No');
      },
    );
    return rejection(trying).then(() => promise);
  };
  for (let id = 0; id < 1_001; id += 1) expect(await posted(id)).toBe(0);
  expect(await posted(1)).toBe(1);
  expect(await posted(0)).toBe(0);
  // That one was the last to be tried by then, and this the one that was forgotten for the one before.
  expect(await posted(1)).toBe(2);
  expect(await posted(2)).toBe(0);
});
