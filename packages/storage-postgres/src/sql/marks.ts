import type { Marks } from '@sitemessage/core/storage';
import type { Queries } from '../queries.ts';
import type { Tables } from '../schema.ts';
import { isUuid } from '../text.ts';

/**
 * Returns the SQL that replaces the marks of a claim token. Its parameters follow `taken` others: $1 is the
 * token, $2 the time.
 */
export function replaceMarks(
  { inFlight }: Tables,
  marks: Marks,
  taken: number,
): { readonly sql: string; readonly values: readonly unknown[] } {
  const [seq, ids] = [`$${taken + 1}::bigint`, `$${taken + 2}::uuid[]`];
  const known = marks.ids.filter(isUuid);
  if (known.length === 0) return { sql: `delete from ${inFlight} where token = $1 and seq < ${seq}`, values: [marks.seq] };
  return {
    sql: `insert into ${inFlight} as f (token, seq, ids, stored_at) values ($1, ${seq}, ${ids}, $2)
      on conflict (token) do update set seq = excluded.seq, ids = excluded.ids, stored_at = excluded.stored_at where f.seq < excluded.seq`,
    values: [marks.seq, known],
  };
}

/** Deletes old marks none of whose dispatches is in flight. */
export async function deleteIdleMarks({ tables, run }: Queries, before: number, limit: number): Promise<void> {
  const { inFlight, dispatches } = tables;
  await run(
    `delete from ${inFlight} where token in (
       select token from ${inFlight} f
       where stored_at < $1 and not exists (select from ${dispatches} d where d.id = any(f.ids) and d.token = f.token)
       limit $2
     )`,
    before,
    limit,
  );
}
