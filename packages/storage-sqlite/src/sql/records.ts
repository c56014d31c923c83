/**
 * To be followed by a `where` on `d`. Not joined: a row that is looked up alone is looked up by its number, while a join goes through the
 * whole table when somebody has run `analyze` at a time when it was small.
 */
export const selectRecords = `
  select d.id, (select id from sitemessage_messages where seq = d.message) as message_id,
    (select messenger from sitemessage_queues where seq = d.queue) as messenger, (select type from sitemessage_queues where seq = d.queue) as type,
    d.priority, d.address, d.recipient_id, d.status, d.attempt, d.due_at, d.changed_at, d.provider_id, d.reason,
    d.delivered_at, d.read_at, d.bounced_at, d.complained_at
  from sitemessage_dispatches d`;
