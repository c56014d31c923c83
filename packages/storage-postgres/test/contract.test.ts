import { storageContract } from '@sitemessage/core/testing';
import { describe, inject, it } from 'vitest';
import { postgresStorage } from '../src/index.ts';
import { newSchema } from './schemas.ts';

const create = async () => postgresStorage({ ...newSchema(), connections: 5 });
describe('PostgreSQL', () => storageContract({ describe, it }, { create }));

const pooler = inject('pgbouncer');
if (pooler !== null) {
  const throughPooler = async () => postgresStorage({ ...newSchema(), connectionString: pooler, connections: 5 });
  describe('PostgreSQL behind PgBouncer in transaction mode', () => storageContract({ describe, it }, { create: throughPooler }));
}
