import type { Queue } from '@sitemessage/core/storage';
import type { Queries } from '../client.ts';

/** One row of the index for each of them. An `exists` that the planner takes for a semi-join reads all of them. */
export async function openQueues({ tables, all }: Queries): Promise<readonly Queue[]> {
  return all<Queue>(
    `select q.messenger, q.type from ${tables.queues} q, lateral (
       select from ${tables.dispatches} d where d.queue = q.seq and d.due_at is not null limit 1
     ) o order by q.messenger, q.type`,
  );
}
