import type { Settlement } from '@sitemessage/core/storage';
import { sqliteStorage } from '../../src/index.ts';
import { request } from '../rows.ts';
import { type KillPoint, killBefore } from './kill-before.ts';
import { optionsFromTest, report } from './parent.ts';

export interface SettleOptions {
  readonly path: string;
  /** The number of results that are stored together. */
  readonly groupSize: number;
  readonly killPoint: KillPoint;
}

/** Returns a result: `sent`, `error`, `failed` and `skipped` alternate. */
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

/** Claims a thousand dispatches and settles them group by group. Reports the number of stored groups. */
const { path, groupSize, killPoint } = optionsFromTest<SettleOptions>();
const { queue } = sqliteStorage({ database: killBefore(path, killPoint) });
const { claims } = await queue.claim({ ...request, limit: 1_000 });
for (let start = 0; start < claims.length; start += groupSize) {
  const group = claims.slice(start, start + groupSize).map(({ id }, index) => resultOf(id, index));
  await queue.settle(request.token, group, 2_000);
  report(start / groupSize + 1);
}
