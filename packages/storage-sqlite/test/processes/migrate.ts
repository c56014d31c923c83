import { sqliteStorage } from '../../src/index.ts';
import { optionsFromTest, waitForGo } from './parent.ts';

const { path } = optionsFromTest<{ path: string }>();
await waitForGo();
const storage = sqliteStorage({ path });
await storage.migrate();
await storage.close();
