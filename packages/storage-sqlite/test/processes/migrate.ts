import { sqliteStorage } from '../../src/index.ts';
import { ordersFrom, waitForGo } from './parent.ts';

const { path } = ordersFrom<{ path: string }>();
await waitForGo();
const storage = sqliteStorage({ path });
await storage.migrate();
await storage.close();
