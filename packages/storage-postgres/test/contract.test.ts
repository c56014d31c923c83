import { storageContract } from '@sitemessage/core/testing';
import { describe, it } from 'vitest';
import { postgresStorage } from '../src/index.ts';
import { newSchema } from './schemas.ts';

storageContract({ describe, it }, { create: async () => postgresStorage({ ...newSchema(), connections: 5 }) });
