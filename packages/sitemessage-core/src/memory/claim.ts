import type { Claimed, ClaimRequest } from '../storage/port.ts';
import type { Claim, MessageRecord } from '../storage/records.ts';
import type { Row, Table } from './table.ts';

export function claim(table: Table, request: ClaimRequest): Claimed {
  const messages = new Map<string, MessageRecord>();
  const claims = table.lanes.take(request).map((row) => {
    const message = table.message(row.dispatch.messageId);
    if (message) messages.set(message.id, message);
    return lease(table, row, request);
  });
  return { claims, messages: [...messages.values()] };
}

function lease(table: Table, row: Row, { token, now, leaseUntil }: ClaimRequest): Claim {
  const { id, messageId, address, recipientId, fanOut } = row.dispatch;
  const recovered = row.state.status === 'processing';
  const attempt = row.state.attempt + 1;
  table.change(row, { status: 'processing', attempt, changedAt: now, dueAt: leaseUntil, token });
  return {
    id,
    messageId,
    address,
    ...(recipientId !== undefined && { recipientId }),
    attempt,
    recovered,
    ...(fanOut !== undefined && { fanOut }),
  };
}
