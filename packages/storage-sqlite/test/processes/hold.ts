import { DatabaseSync } from 'node:sqlite';
import { optionsFromTest, waitForGo } from './parent.ts';

/** Holds the write lock until the test lets it go on. */
const database = new DatabaseSync(optionsFromTest<{ path: string }>().path);
database.exec('begin immediate');
await waitForGo();
database.exec('commit');
database.close();
