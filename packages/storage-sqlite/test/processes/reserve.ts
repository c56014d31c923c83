import { sqliteStorage } from '../../src/index.ts';
import { optionsFromTest, report, waitForGo } from './parent.ts';

/** Reserves one slot after another, and reports their times. */
const { path, slots } = optionsFromTest<{ path: string; slots: number }>();
const { queue, migrate, close } = sqliteStorage({ path });
await migrate();
await waitForGo();
const times: number[] = [];
while (times.length < slots) {
  const reserved = await queue.reserve([{ limits: [{ key: 'smtp', intervalMs: 100, burst: 1 }] }], 0, Number.MAX_SAFE_INTEGER);
  times.push(...reserved.map(({ at }) => at));
}
report(times);
await close();
