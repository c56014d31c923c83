import { randomUUID } from 'node:crypto';
import { sqliteStorage } from '../../src/index.ts';
import { request } from '../rows.ts';
import { optionsFromTest, report, waitForGo } from './parent.ts';

/**
 * Claims and settles until nothing is left, and reports the ids. Waits before the start and after the first
 * claim.
 */
const { path } = optionsFromTest<{ path: string }>();
const { queue, migrate, close } = sqliteStorage({ path });
await waitForGo();
await migrate();
const settled: string[] = [];
for (let isFirst = true; ; isFirst = false) {
  const token = randomUUID();
  const { claims } = await queue.claim({ ...request, token, limit: 10 });
  if (isFirst) await waitForGo();
  if (claims.length === 0) break;
  const results = claims.map(({ id }) => ({ id, status: 'sent' as const }));
  settled.push(...(await queue.settle(token, results, 2_000)).ids);
}
report(settled);
await close();
