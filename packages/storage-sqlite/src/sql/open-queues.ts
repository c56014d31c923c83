import type { Queue } from '@sitemessage/core/storage';
import type { Client } from '../client.ts';

export async function openQueues(client: Client): Promise<readonly Queue[]> {
  return client.read((db) =>
    db
      .all<Queue>(
        `select messenger, type from sitemessage_queues q
         where exists (select 1 from sitemessage_dispatches d indexed by sitemessage_dispatches_open where d.queue = q.seq and d.due_at is not null)
         order by messenger, type`,
      )
      .map(({ messenger, type }) => ({ messenger, type })),
  );
}
