import type { DispatchRecord, DispatchStatus, Outcome, Outcomes, SkipReason } from './records.ts';

type OutcomeColumn = `${Outcome}_at`;

/** The column that holds the time of each outcome. */
export const outcomeColumns: Readonly<Record<Outcome, OutcomeColumn>> = {
  delivered: 'delivered_at',
  read: 'read_at',
  bounced: 'bounced_at',
  complained: 'complained_at',
};
const outcomes = Object.keys(outcomeColumns) as Outcome[];

/** A dispatch as an SQL database returns it, with null for absent values. */
export interface RecordRow extends Readonly<Record<OutcomeColumn, number | null>> {
  readonly id: string;
  readonly message_id: string;
  readonly messenger: string;
  readonly type: string;
  readonly priority: number;
  readonly address: string;
  readonly recipient_id: string | null;
  readonly status: DispatchStatus;
  readonly attempt: number;
  readonly due_at: number | null;
  readonly changed_at: number;
  readonly provider_id: string | null;
  readonly reason: SkipReason | null;
}

/** Converts a row of an SQL database. */
export function toRecord(row: RecordRow): DispatchRecord {
  return {
    id: row.id,
    messageId: row.message_id,
    messenger: row.messenger,
    type: row.type,
    priority: row.priority,
    address: row.address,
    ...(row.recipient_id !== null && { recipientId: row.recipient_id }),
    status: row.status,
    attempt: row.attempt,
    ...(row.due_at !== null && { dueAt: row.due_at }),
    changedAt: row.changed_at,
    ...(row.provider_id !== null && { providerId: row.provider_id }),
    ...(row.reason !== null && { reason: row.reason }),
    ...outcomesOf(row),
  };
}

function outcomesOf(row: RecordRow): { readonly outcomes?: Outcomes } {
  const reported = outcomes.map((outcome) => [outcome, row[outcomeColumns[outcome]]] as const).filter(([, at]) => at !== null);
  return reported.length > 0 ? { outcomes: Object.fromEntries(reported) } : {};
}
