import { randomUUID } from 'node:crypto';

export function* addressesUpTo(count: number): Generator<string> {
  for (let index = 0; index < count; index++) yield addressOf(index);
}

export const addressOf = (index: number): string => `reader${index}@example.com`;

/** As core makes them for one message: they begin with its time, and go on at random. */
export const newId = (): string => `018f3c1e-7b2a-8${randomUUID().slice(15)}`;
