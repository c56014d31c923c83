import { defineMessageType } from '@sitemessage/core';
import { postgresStorage } from '@sitemessage/storage-postgres';
import { Client } from 'pg';
import { addressOf } from '../fixtures.ts';

/**
 * The kind of subscribers: bare addresses, or users of the application, which `resolveUsers` finds by their
 * ids.
 */
export type Kind = 'addresses' | 'users';

/** The options of the processes that expand or insert, as JSON in their first argument. */
export interface ProcessOptions {
  readonly connectionString: string;
  /** The schema with the subscribers. */
  readonly schema: string;
  readonly kind: Kind;
  readonly count: number;
}

const messenger = 'post';
export const news = defineMessageType<object>({ alias: 'news', title: 'News', render: { default: () => ({ text: 'Hello' }) } });

/** A user of the application. */
export interface User {
  readonly id: string;
  readonly address: string;
}

export const userOf = (id: string): User => ({ id, address: addressOf(Number(id)) });

/** Makes a schema with `count` subscribers of one message type, vacuumed and written to the disk. */
export async function seed(connectionString: string, schema: string, kind: Kind, count: number): Promise<void> {
  const storage = postgresStorage({ connectionString, schema });
  await storage.migrate();
  await storage.close();
  const client = new Client({ connectionString });
  await client.connect();
  const subscriber = kind === 'addresses' ? `'reader' || nr || '@example.com'` : 'nr::text';
  await client.query(`insert into "${schema}".queues (messenger, type) values ($1, $2)`, [messenger, news.alias]);
  await client.query(
    `insert into "${schema}".subscriptions (queue, is_bare, subscriber, since)
     select 1, $1, ${subscriber}, 1 from generate_series(0, $2::integer - 1) as nr`,
    [kind === 'addresses', count],
  );
  await client.query(`vacuum analyze "${schema}".subscriptions`);
  await client.query('checkpoint');
  await client.end();
}
