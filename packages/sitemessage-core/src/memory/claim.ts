import type { Claimed, ClaimRequest } from '../storage/port.ts';
import type { Claim, MessageRecord } from '../storage/records.ts';
import type { MarksByToken } from './marks.ts';
import type { Row, Table } from './table.ts';

export function claim(table: Table, marks: MarksByToken, request: ClaimRequest): Claimed {
  const messages = new Map<string, MessageRecord>();
  const claims = table.lanes.take(request).map((row) => {
    const message = table.message(row.dispatch.messageId);
    if (message) messages.set(message.id, message);
    return lease(table, marks, row, request);
  });
  marks.begin(
    request.token,
    claims.slice(0, request.inFlight ?? 0).map(({ id }) => id),
  );
  return { claims, messages: [...messages.values()] };
}

function lease(table: Table, marks: MarksByToken, row: Row, { token, now, leaseUntil }: ClaimRequest): Claim {
  const { id, messageId, address, recipientId, fanOut } = row.dispatch;
  const wasHeld = row.state.status === 'processing';
  const reach = wasHeld ? marks.reach(row.state.token, id) : 'none';
  const attempt = wasHeld && reach !== 'sending' ? row.state.attempt : row.state.attempt + 1;
  const losses = !wasHeld ? row.state.losses : reach === 'none' ? 0 : row.state.losses + 1;
  table.change(row, { status: 'processing', attempt, losses, changedAt: now, dueAt: leaseUntil, token });
  return {
    id,
    messageId,
    address,
    ...(recipientId !== undefined && { recipientId }),
    attempt,
    recovered: reach === 'sending',
    losses,
    ...(fanOut !== undefined && { fanOut }),
  };
}
