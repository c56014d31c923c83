import type { Tables } from '../tables.ts';

/** To be followed by a `where` on `d`. */
export const selectRecords = ({ dispatches, messages, queues }: Tables): string => `
  select d.id, m.id as message_id, q.messenger, q.type, d.priority, d.address, d.recipient_id, d.status, d.attempt, d.due_at, d.changed_at,
    d.provider_id, d.reason, d.delivered_at, d.read_at, d.bounced_at, d.complained_at
  from ${dispatches} d join ${messages} m on m.seq = d.message join ${queues} q on q.seq = d.queue`;
