import type { Suppression, SuppressionFilter, SuppressionKey } from '@sitemessage/core/storage';
import type { Queries } from '../queries.ts';
import { isStorable, known, storable } from '../text.ts';
import { unnest } from './table.ts';

/** The number of rows in a page. */
const pageSize = 1_000;

export async function addSuppressions({ tables, run }: Queries, suppressions: readonly Suppression[]): Promise<number> {
  const rows = sorted(suppressions.map(copy));
  if (rows.length === 0) return 0;
  return run(
    `insert into ${tables.suppressions} (messenger, address, reason, at)
     select * from ${unnest('$1::text[]', '$2::text[]', '$3::text[]', '$4::bigint[]')} on conflict do nothing`,
    rows.map(({ messenger }) => messenger),
    rows.map(({ address }) => address),
    rows.map(({ reason }) => reason),
    rows.map(({ at }) => at),
  );
}

export async function liftSuppressions({ tables, run }: Queries, keys: readonly SuppressionKey[]): Promise<number> {
  const rows = sorted(keys.filter(({ messenger, address }) => isStorable(messenger) && isStorable(address)));
  if (rows.length === 0) return 0;
  return run(
    `delete from ${tables.suppressions} s using ${unnest('$1::text[]', '$2::text[]')} as k (messenger, address)
     where s.messenger = k.messenger and s.address = k.address`,
    rows.map(({ messenger }) => messenger),
    rows.map(({ address }) => address),
  );
}

export async function suppressionsAmong(
  { tables, all }: Queries,
  messenger: string,
  addresses: readonly string[],
): Promise<readonly Suppression[]> {
  // Runs for everything that is sent. Most messengers have no suppressions, so thousands of addresses need
  // not be sent to the server.
  const some = await all(`select from ${tables.suppressions} where messenger = $1 limit 1`, known(messenger));
  if (some.length === 0) return [];
  return all<Suppression>(
    `select messenger, address, reason, at from ${tables.suppressions} where messenger = $1 and address = any($2::text[])`,
    known(messenger),
    addresses.filter(isStorable),
  );
}

export async function* listSuppressions({ tables, all }: Queries, filter: SuppressionFilter): AsyncGenerator<Suppression> {
  const { messenger, reason, since } = filter;
  for (let after: Suppression | undefined, isLast = false; !isLast; ) {
    const page: readonly Suppression[] = await all<Suppression>(
      `select messenger, address, reason, at from ${tables.suppressions}
       where ($1::boolean or messenger = $2) and ($3::text is null or reason = $3) and ($4::bigint is null or at >= $4)
         and ($5::text is null or (messenger, address) > ($5, $6))
       order by messenger, address limit ${pageSize}`,
      messenger === undefined,
      messenger === undefined ? null : known(messenger),
      reason ?? null,
      since ?? null,
      after?.messenger ?? null,
      after?.address ?? null,
    );
    yield* page;
    isLast = page.length < pageSize;
    after = page.at(-1);
  }
}

/** @throws PermanentError `text_not_storable` that names the field. */
const copy = ({ messenger, address, reason, at }: Suppression): Suppression => ({
  messenger: storable(messenger, 'messenger'),
  address: storable(address, 'address'),
  reason,
  at,
});

/**
 * Sorts, which avoids deadlocks between transactions that store the same rows. Keeps the first of each key.
 */
function sorted<Key extends SuppressionKey>(rows: readonly Key[]): readonly Key[] {
  const byText = new Map(rows.toReversed().map((row) => [JSON.stringify([row.messenger, row.address]), row]));
  return [...byText].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}
