import { DatabaseSync } from 'node:sqlite';
import { ordersFrom, waitForGo } from './parent.ts';

/** Holds the lock of a writer until it may go on. */
const database = new DatabaseSync(ordersFrom<{ path: string }>().path);
database.exec('begin immediate');
await waitForGo();
database.exec('commit');
database.close();
