import type { DispatchError, Marks, Settled, Settlement } from '@sitemessage/core/storage';
import type { Queries, Transactions } from '../queries.ts';
import { copies, isUuid } from '../text.ts';
import { asyncCommit } from '../transaction.ts';
import { replaceMarks } from './marks.ts';
import {
  deleteUnusedFanOuts,
  dispatchSource,
  dispatchTable,
  dispatchTarget,
  insertFanOuts,
  markEmpty,
  retryOnConflict,
  sortedById,
} from './rows.ts';
import { type Column, tableOf } from './table.ts';

export async function settle(
  client: Transactions,
  token: string,
  settlements: readonly Settlement[],
  now: number,
  marks: Marks | undefined,
): Promise<Settled> {
  // Reads all settlements before it applies the first one. The first of two for one row counts.
  const results: Result[] = [];
  const expansions: Expansion[] = [];
  const seen = new Set<string>();
  for (const settlement of settlements) {
    if (seen.has(settlement.id) || !isUuid(settlement.id)) continue;
    seen.add(settlement.id);
    const copy = copies.settlement(settlement);
    if (copy.status === 'expanded') expansions.push(copy);
    else results.push(copy);
  }

  if (!isUuid(token)) return { ids: [], added: 0 };
  const applyBoth = (onConflict: string): Promise<Settled> =>
    client.transaction(async (db) => {
      // If the server loses an expansion, the row that it was made from is back. Nothing of it can be claimed
      // by then, because the commit of a claim waits for the disk.
      if (results.length === 0) await db.run(`select ${asyncCommit}`);
      const applied = await apply(db, token, results, now, marks);
      const { ids, added } = await expand(db, token, expansions, now, onConflict);
      return { ids: [...applied, ...ids], added };
    });
  // Results without expansions are one statement, which is a transaction.
  const { ids, added } =
    expansions.length === 0 ? { ids: await apply(client, token, results, now, marks), added: 0 } : await retryOnConflict(applyBoth);
  const applied = new Set(ids);
  return { ids: [...seen].filter((id) => applied.has(id)), added };
}

/** A settlement that changes its row. An expansion replaces it. */
type Result = Exclude<Settlement, Expansion>;
type Expansion = Extract<Settlement, { readonly status: 'expanded' }>;

async function apply(
  db: Queries,
  token: string,
  results: readonly Result[],
  now: number,
  marks: Marks | undefined,
): Promise<readonly string[]> {
  if (results.length === 0) {
    if (marks) await storeMarks(db, token, marks, now);
    return [];
  }
  const { dispatches, errors } = db.tables;
  const columns: readonly [Column, ...Column[]] = [
    ['id', 'uuid', results.map(({ id }) => id)],
    ['status', 'text', results.map(({ status }) => (status === 'released' ? 'pending' : status))],
    ['due_at', 'bigint', results.map((result) => ('dueAt' in result ? result.dueAt : null))],
    ['given_back', 'integer', results.map(({ status }) => (status === 'released' ? 1 : 0))],
    ['provider_id', 'text', results.map((result) => ('providerId' in result ? (result.providerId ?? null) : null))],
    ['reason', 'text', results.map((result) => ('reason' in result ? result.reason : null))],
  ];
  const problems = results.map(errorOf);
  const errorColumns: readonly Column[] = [
    ['kind', 'text', problems.map((error) => error?.kind ?? null)],
    ['code', 'text', problems.map((error) => error?.code ?? null)],
    ['message', 'text', problems.map((error) => error?.message ?? null)],
  ];
  const update = (from: string): string =>
    `update ${dispatches} d set status = r.status, due_at = r.due_at, attempt = d.attempt - r.given_back, losses = d.losses * r.given_back, changed_at = $2,
       token = null, provider_id = r.provider_id, reason = r.reason
     from ${from} where d.id = r.id and d.token = $1 and d.status = 'processing'`;
  // Most groups have no error. A statement that can store errors takes a fifth more time.
  const hasErrors = problems.some((problem) => problem);
  const { sql, values } = tableOf('r', hasErrors ? [...columns, ...errorColumns] : columns, 2);
  const parts: string[] = [];
  if (marks) {
    const part = replaceMarks(db.tables, marks, 2 + values.length);
    parts.push(`marked as (${part.sql})`);
    values.push(...part.values);
  }
  if (hasErrors) {
    parts.push(
      `applied as (${update(sql)} returning d.id, d.attempt, r.kind, r.code, r.message)`,
      `kept as (
         insert into ${errors} (dispatch, attempt, at, kind, code, message)
         select id, attempt, $2, kind, code, message from applied where kind is not null
       )`,
    );
  }
  const main = hasErrors ? 'select id from applied' : `${update(sql)} returning d.id`;
  const statement = parts.length > 0 ? `with ${parts.join(', ')} ${main}` : main;
  const applied = await db.all<{ id: string }>(statement, token, now, ...values);
  return applied.map(({ id }) => id);
}

async function storeMarks(db: Queries, token: string, marks: Marks, now: number): Promise<void> {
  const { sql, values } = replaceMarks(db.tables, marks, 2);
  // Names both parameters: PostgreSQL refuses a parameter without a type, and one statement uses only $1.
  await db.run(`with asked as (select $1::uuid, $2::bigint) ${sql}`, token, now, ...values);
}

const errorOf = (result: Result): DispatchError | undefined => ('error' in result ? result.error : undefined);

/** Replaces the rows that are still leased under this token by their dispatches. */
async function expand(db: Queries, token: string, expansions: readonly Expansion[], now: number, onConflict: string): Promise<Settled> {
  const { dispatches, messages, fanOuts, errors } = db.tables;
  const expanded = await db.all<{ id: string; message: number }>(
    `with deleted as (
       delete from ${dispatches} where id = any($1::uuid[]) and token = $2 and status = 'processing' returning id, message, fan_out
     ), without_errors as (
       delete from ${errors} where dispatch in (select id from deleted)
     ), without_fan_out as (
       delete from ${fanOuts} where seq in (select fan_out from deleted)
     )
     select id, message from deleted`,
    expansions.map(({ id }) => id),
    token,
  );
  if (expanded.length === 0) return { ids: [], added: 0 };
  const ids = new Set(expanded.map(({ id }) => id));
  const rows = sortedById(expansions.filter(({ id }) => ids.has(id)).flatMap((expansion) => expansion.dispatches));
  const numbers = await insertFanOuts(db, rows);
  const { sql, values } = await dispatchTable(db, rows, numbers, 1);
  const added = await db.run(
    `insert into ${dispatches} ${dispatchTarget}
     ${dispatchSource('$1')} from ${sql} join ${messages} m on m.id = d.message_id ${onConflict}`,
    now,
    ...values,
  );
  await deleteUnusedFanOuts(db, rows, numbers);
  // Most messages have got all their rows, and those are not empty.
  if (added < rows.length || expansions.some((expansion) => expansion.dispatches.length === 0)) {
    await markEmpty(db, [...new Set(expanded.map(({ message }) => message))]);
  }
  return { ids: [...ids], added };
}
