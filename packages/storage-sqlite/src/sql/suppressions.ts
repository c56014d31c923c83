import { setImmediate } from 'node:timers/promises';
import type { Suppression, SuppressionFilter, SuppressionStore } from '@sitemessage/core/storage';
import type { Client, Queries } from '../client.ts';
import type { SqliteValue } from '../database.ts';
import { isStorable, known, storable } from '../text.ts';

/** The number of rows in a page. It takes some 2 ms, and the event loop runs other work between two pages. */
const pageSize = 1_000;

export const suppressionsOf = (client: Client): SuppressionStore => ({
  async add(suppressions) {
    const rows = suppressions.map(copy);
    return client.write((db) => rows.filter((row) => insertRow(db, row)).length);
  },
  async lift(keys) {
    const rows = keys.map(({ messenger, address }) => [known(messenger), known(address)] as const);
    return client.write((db) => {
      const sql = 'delete from sitemessage_suppressions where messenger = ? and address = ?';
      return rows.filter((row) => db.run(sql, ...row) === 1).length;
    });
  },
  async among(messenger, addresses) {
    return client.read((db) => {
      // Runs for everything that is sent, and most messengers have no suppressions.
      if (!db.get('select 1 from sitemessage_suppressions where messenger = ? limit 1', known(messenger))) return [];
      const found = db.all<Suppression>(
        `select messenger, address, reason, at from sitemessage_suppressions
         where messenger = ? and address in (select value from json_each(?))`,
        known(messenger),
        JSON.stringify(addresses.filter(isStorable)),
      );
      return found.map(toSuppression);
    });
  },
  async *list(filter) {
    for (let after: Suppression | undefined, isLast = false; !isLast; await setImmediate()) {
      const behind = after;
      const page = await client.read((db) => readPage(db, filter, behind));
      yield* page;
      isLast = page.length < pageSize;
      after = page.at(-1);
    }
  },
});

/** @throws PermanentError `text_not_storable` that names the field. */
const copy = ({ messenger, address, reason, at }: Suppression): Suppression => ({
  messenger: storable(messenger, 'messenger'),
  address: storable(address, 'address'),
  reason,
  at,
});

function insertRow(db: Queries, { messenger, address, reason, at }: Suppression): boolean {
  const sql = 'insert into sitemessage_suppressions (messenger, address, reason, at) values (?, ?, ?, ?) on conflict do nothing';
  return db.run(sql, messenger, address, reason, at) === 1;
}

function readPage(db: Queries, { messenger, reason, since }: SuppressionFilter, after: Suppression | undefined): readonly Suppression[] {
  const parts: [sql: string, ...values: (SqliteValue | undefined)[]][] = [
    ['messenger = ?', known(messenger)],
    ['reason = ?', reason],
    ['at >= ?', since],
    ['(messenger, address) > (?, ?)', after?.messenger, after?.address],
  ];
  const given = parts.filter(([, value]) => value !== undefined);
  const rows = db.all<Suppression>(
    `select messenger, address, reason, at from sitemessage_suppressions
     where true${given.map(([sql]) => ` and ${sql}`).join('')} order by messenger, address limit ${pageSize}`,
    ...(given.flatMap(([, ...values]) => values) as SqliteValue[]),
  );
  return rows.map(toSuppression);
}

const toSuppression = ({ messenger, address, reason, at }: Suppression): Suppression => ({ messenger, address, reason, at });
