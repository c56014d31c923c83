import type { Count, CountFilter, Counts } from '@sitemessage/core';
import type { Client } from '../client.ts';
import { condition } from './filter.ts';

export async function counts(client: Client, { since, ...queue }: CountFilter = {}): Promise<Counts> {
  const { sql, values } = condition(queue);
  return client.read((db) => {
    const open = db.all<Count>(
      `${selectCounts} from sitemessage_dispatches d indexed by sitemessage_dispatches_open
       where d.due_at is not null${sql} group by d.queue, d.status${namedQueues}`,
      ...values,
    );
    if (since === undefined) return open.map(copy);
    const final = db.all<Count>(
      `${selectCounts} from sitemessage_dispatches d indexed by sitemessage_dispatches_final
       where d.due_at is null and d.status in ('sent', 'failed', 'skipped') and d.changed_at >= ?${sql} group by d.queue, d.status${namedQueues}`,
      since,
      ...values,
    );
    return [...open, ...final].map(copy);
  });
}

/** Both statements read nothing but their index, and look up the queues of what was counted. */
const selectCounts = 'select q.messenger, q.type, c.status, c.count from (select d.queue, d.status, count(*) as count';
const namedQueues = ') c join sitemessage_queues q on q.seq = c.queue';

const copy = ({ messenger, type, status, count }: Count): Count => ({ messenger, type, status, count });
