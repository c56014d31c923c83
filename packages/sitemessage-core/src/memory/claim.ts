import type { Claimed, ClaimRequest, Marks } from '../storage/port.ts';
import type { Claim, MessageRecord } from '../storage/records.ts';
import type { Row } from './row.ts';
import type { Table } from './table.ts';

/** Leases the due rows and marks the first `inFlight` of them. */
export function claim(table: Table, marks: InFlightMarks, request: ClaimRequest): Claimed {
  const messages = new Map<string, MessageRecord>();
  const claims = table.dueIndex.take(request).map((row) => {
    const message = table.message(row.dispatch.messageId);
    if (message) messages.set(message.id, message);
    return lease(table, marks, row, request);
  });
  marks.markClaimed(
    request.token,
    claims.slice(0, request.inFlight ?? 0).map(({ id }) => id),
  );
  return { claims, messages: [...messages.values()] };
}

function lease(table: Table, marks: InFlightMarks, row: Row, { token, now, leaseUntil }: ClaimRequest): Claim {
  const { id, messageId, address, recipientId, fanOut } = row.dispatch;
  const wasHeld = row.state.status === 'processing';
  const markedBy = wasHeld ? marks.markedBy(row.state.token, id) : undefined;
  const attempt = wasHeld && markedBy !== 'settle' ? row.state.attempt : row.state.attempt + 1;
  const losses = !wasHeld ? row.state.losses : markedBy ? row.state.losses + 1 : 0;
  table.change(row, { status: 'processing', attempt, losses, changedAt: now, dueAt: leaseUntil, token });
  return {
    id,
    messageId,
    address,
    ...(recipientId !== undefined && { recipientId }),
    attempt,
    recovered: markedBy === 'settle',
    losses,
    ...(fanOut !== undefined && { fanOut }),
  };
}

/** The ids in flight, one record per token. */
export interface InFlightMarks {
  /** Marks the first ids of a claim: its process is about to send them. */
  markClaimed(token: string, ids: readonly string[]): void;
  /** Replaces the marks of the token, unless marks with a higher `seq` are there. */
  replace(token: string, marks: Marks): void;
  /** Returns the method that marked the id under this token. Undefined when neither did. */
  markedBy(token: string | undefined, id: string): 'claim' | 'settle' | undefined;
  /** Deletes the records of tokens that hold no row any more. */
  prune(isHeld: (token: string, id: string) => boolean): void;
}

export function createInFlightMarks(): InFlightMarks {
  const records = new Map<string, { readonly seq: number; readonly ids: ReadonlySet<string> }>();
  return {
    markClaimed(token, ids) {
      if (ids.length > 0) records.set(token, { seq: 0, ids: new Set(ids) });
    },
    replace(token, { seq, ids }) {
      if ((records.get(token)?.seq ?? -1) >= seq) return;
      if (ids.length > 0) records.set(token, { seq, ids: new Set(ids) });
      else records.delete(token);
    },
    markedBy(token, id) {
      const marks = token === undefined ? undefined : records.get(token);
      if (!marks?.ids.has(id)) return undefined;
      return marks.seq > 0 ? 'settle' : 'claim';
    },
    prune(isHeld) {
      for (const [token, { ids }] of records) if (![...ids].some((id) => isHeld(token, id))) records.delete(token);
    },
  };
}
