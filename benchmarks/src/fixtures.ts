import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineMessenger, type MessengerFactory } from '@sitemessage/core';
import { Client } from 'pg';

export const addressOf = (index: number): string => `reader${index}@example.com`;

export function* addressesUpTo(count: number): Generator<string> {
  for (let index = 0; index < count; index++) yield addressOf(index);
}

/** Makes a dispatch id as core does for one message: the time of the message first, then a random part. */
export const newId = (): string => `018f3c1e-7b2a-8${randomUUID().slice(15)}`;

/**
 * Returns a messenger that delivers nothing and appends each dispatch id to `sent`. A send takes `sendMs`
 * milliseconds.
 */
export function recordingMessenger(
  sent: string[],
  { concurrency, sendMs }: { readonly concurrency: number; readonly sendMs: number },
): MessengerFactory<'post', object> {
  return defineMessenger<'post', object>({
    alias: 'post',
    package: 'post',
    title: 'Post',
    getAddress: (address) => address,
    create: () => ({
      concurrency,
      async send({ id }) {
        if (sendMs > 0) await sleep(sendMs);
        sent.push(id);
      },
    }),
  });
}

/** Drops the schema of a run. Its rows would slow down the next run. */
export async function dropSchema(connectionString: string, schema: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query('set client_min_messages = error');
  await client.query(`drop schema if exists "${schema}" cascade`);
  await client.end();
}
