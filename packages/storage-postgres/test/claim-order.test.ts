import { claimOrder } from '../../sitemessage-core/test/memory/claim-order.ts';
import { postgresStorage } from '../src/index.ts';
import { newSchema } from './schemas.ts';

claimOrder(async () => postgresStorage(newSchema()), 10);
