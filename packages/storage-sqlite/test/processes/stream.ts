import type { NewDispatch } from '@sitemessage/core/storage';
import { sqliteStorage } from '../../src/index.ts';
import { dispatch, news } from '../rows.ts';
import { type KillPoint, killBefore } from './kill-before.ts';
import { optionsFromTest, report } from './parent.ts';

export interface StreamOptions {
  readonly path: string;
  /** The number of dispatches. The process is killed before it has stored all of them. */
  readonly count: number;
  readonly killPoint?: KillPoint;
}

/** Stores a list in which each tenth row is a fan-out. Reports its progress after every hundredth row. */
const { path, count, killPoint } = optionsFromTest<StreamOptions>();
const { queue, migrate } = sqliteStorage(killPoint ? { database: killBefore(path, killPoint) } : { path });
await migrate();

async function* rows(): AsyncGenerator<NewDispatch> {
  for (let n = 1; n <= count; n += 1) {
    yield dispatch(n, n % 10 === 0 ? { messenger: '*', fanOut: `expands into ${n} others` } : {});
    if (n % 100 === 0) report(n);
  }
}
await queue.enqueue([news], rows(), 1_000);
