import type { NewDispatch } from '@sitemessage/core/storage';
import { sqliteStorage } from '../../src/index.ts';
import { dispatch, news } from '../rows.ts';
import { type Death, mortal } from './mortal.ts';
import { ordersFrom, report } from './parent.ts';

export interface StreamOrders {
  readonly path: string;
  /** How many dispatches. The test kills this process before it is through with them, unless it dies by itself. */
  readonly count: number;
  readonly death?: Death;
}

/** Stores a list of which each tenth row expands into others, and reports how far it is at every hundredth. */
const { path, count, death } = ordersFrom<StreamOrders>();
const { queue, migrate } = sqliteStorage(death ? { database: mortal(path, death) } : { path });
await migrate();

async function* rows(): AsyncGenerator<NewDispatch> {
  for (let n = 1; n <= count; n += 1) {
    yield dispatch(n, n % 10 === 0 ? { messenger: '*', fanOut: `expands into ${n} others` } : {});
    if (n % 100 === 0) report(n);
  }
}
await queue.enqueue([news], rows(), 1_000);
