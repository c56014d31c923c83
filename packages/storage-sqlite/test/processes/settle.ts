import type { Settlement } from '@sitemessage/core/storage';
import { sqliteStorage } from '../../src/index.ts';
import { request } from '../rows.ts';
import { type Death, mortal } from './mortal.ts';
import { ordersFrom, report } from './parent.ts';

export interface SettleOrders {
  readonly path: string;
  /** Results that are stored together. */
  readonly groupSize: number;
  readonly death: Death;
}

/** Every kind of result in turn. */
function resultOf(id: string, index: number): Settlement {
  const error = { kind: 'transient', code: 'busy', message: `Later, ${id}` } as const;
  switch (index % 4) {
    case 0:
      return { id, status: 'sent', providerId: `provided ${id}` };
    case 1:
      return { id, status: 'error', dueAt: 1_000_000, error };
    case 2:
      return { id, status: 'failed', error };
    default:
      return { id, status: 'skipped', reason: 'expired' };
  }
}

/** Claims a thousand, settles them group by group, and reports how many groups it has been told are stored. */
const { path, groupSize, death } = ordersFrom<SettleOrders>();
const { queue } = sqliteStorage({ database: mortal(path, death) });
const { claims } = await queue.claim({ ...request, limit: 1_000 });
for (let start = 0; start < claims.length; start += groupSize) {
  const group = claims.slice(start, start + groupSize).map(({ id }, index) => resultOf(id, index));
  await queue.settle(request.token, group, 2_000);
  report(start / groupSize + 1);
}
