import { memoryStorage } from '../../src/memory/index.ts';
import { claimOrder } from './claim-order.ts';

claimOrder(async () => memoryStorage(), 300);
