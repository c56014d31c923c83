import type { DispatchError, Marks, NewDispatch, Settled, Settlement } from '@sitemessage/core/storage';
import type { Client, Queries } from '../client.ts';
import { copies } from '../text.ts';
import { replaceMarks } from './marks.ts';
import { deleteErrors, deleteFanOuts, insertDispatches, markEmpty, sortedById } from './rows.ts';

export async function settle(
  client: Client,
  token: string,
  settlements: readonly Settlement[],
  now: number,
  marks: Marks | undefined,
): Promise<Settled> {
  // Reads all settlements before it applies the first one.
  const results = settlements.map(copies.settlement);
  return client.write((db) => {
    const ids: string[] = [];
    let added = 0;
    for (const settlement of results) {
      if (settlement.status === 'expanded') {
        const count = expand(db, token, settlement.id, settlement.dispatches, now);
        if (count === undefined) continue;
        added += count;
      } else if (!apply(db, token, settlement, now)) continue;
      ids.push(settlement.id);
    }
    if (marks) replaceMarks(db, token, marks, now);
    return { ids, added };
  });
}

/** Applies a result. Returns false when the row is no longer leased under this token. */
function apply(db: Queries, token: string, settlement: Exclude<Settlement, { status: 'expanded' }>, now: number): boolean {
  const { id, status } = settlement;
  switch (status) {
    case 'sent':
      return change(db, token, id, now, { status, providerId: settlement.providerId });
    case 'skipped':
      return change(db, token, id, now, { status, reason: settlement.reason });
    case 'released':
      return change(db, token, id, now, { status: 'pending', dueAt: settlement.dueAt, givenBack: 1 });
    case 'error':
      return change(db, token, id, now, { status, dueAt: settlement.dueAt }) && keepError(db, id, settlement.error, now);
    case 'failed':
      return change(db, token, id, now, { status }) && keepError(db, id, settlement.error, now);
  }
}

interface NextState {
  readonly status: string;
  readonly dueAt?: number;
  /** The number of attempts that do not count. */
  readonly givenBack?: number;
  readonly providerId?: string | undefined;
  readonly reason?: string;
}

function change(db: Queries, token: string, id: string, now: number, { status, dueAt, givenBack, providerId, reason }: NextState): boolean {
  const changed = db.run(
    `update sitemessage_dispatches
     set status = ?, due_at = ?, attempt = attempt - ?, losses = losses * ?, changed_at = ?, token = null, provider_id = ?, reason = ?
     where id = ? and token = ? and status = 'processing'`,
    status,
    dueAt ?? null,
    givenBack ?? 0,
    givenBack ?? 0,
    now,
    providerId ?? null,
    reason ?? null,
    id,
    token,
  );
  return changed === 1;
}

function keepError(db: Queries, id: string, { kind, code, message }: DispatchError, now: number): true {
  db.run(
    `insert into sitemessage_errors (dispatch, attempt, at, kind, code, message)
     select id, attempt, ?, ?, ?, ? from sitemessage_dispatches where id = ?`,
    now,
    kind,
    code,
    message,
    id,
  );
  return true;
}

/**
 * Replaces a row by its dispatches. Returns how many are new, or undefined when the row is no longer
 * leased.
 */
function expand(db: Queries, token: string, id: string, dispatches: readonly NewDispatch[], now: number): number | undefined {
  const row = db.get<{ message: number; fan_out: number | null }>(
    `delete from sitemessage_dispatches where id = ? and token = ? and status = 'processing' returning message, fan_out`,
    id,
    token,
  );
  if (!row) return undefined;
  deleteErrors(db, [id]);
  if (row.fan_out !== null) deleteFanOuts(db, [row.fan_out]);
  const added = insertDispatches(db, sortedById(dispatches), messageNumbers(db), now);
  markEmpty(db, [row.message]);
  return added;
}

/** Returns a function that looks up the number of a message, once for each id. */
function messageNumbers(db: Queries): (id: string) => number | undefined {
  const known = new Map<string, number | undefined>();
  return (id) => {
    if (!known.has(id)) known.set(id, db.get<{ seq: number }>('select seq from sitemessage_messages where id = ?', id)?.seq);
    return known.get(id);
  };
}
