import { claimOrder } from '../../sitemessage-core/test/memory/claim-order.ts';
import { sqliteStorage } from '../src/index.ts';

claimOrder(async () => sqliteStorage({ path: ':memory:' }), 100);
