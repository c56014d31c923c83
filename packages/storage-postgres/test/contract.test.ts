import { storageContract } from '@sitemessage/core/testing';
import { describe, it } from 'vitest';
import { postgresStorage } from '../src/index.ts';
import { newSchema } from './schemas.ts';

const create = async () => postgresStorage({ ...newSchema(), connections: 5 });
describe('PostgreSQL', () => storageContract({ describe, it }, { create }));
