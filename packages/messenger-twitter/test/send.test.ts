import { TransientError } from '@sitemessage/core';
import { rejection } from '@sitemessage/test-support';
import { expect, it } from 'vitest';
import { createProgressMemory } from '../src/send.ts';

it('the progress of the last 1,000 failed deliveries is remembered', async () => {
  const memory = createProgressMemory();
  const postedBefore = (id: number): Promise<number> => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const trying = memory.attempt(
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
  for (let id = 0; id < 1_001; id += 1) expect(await postedBefore(id)).toBe(0);
  expect(await postedBefore(1)).toBe(1);
  expect(await postedBefore(0)).toBe(0);
  // Delivery 1 is the newest of the 1,000. Delivery 2 was forgotten for delivery 0.
  expect(await postedBefore(1)).toBe(2);
  expect(await postedBefore(2)).toBe(0);
});
