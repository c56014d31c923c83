import { describe, it } from 'vitest';
import { memoryStorage } from '../src/memory/index.ts';
import { storageContract } from '../src/testing/index.ts';

storageContract({ describe, it }, { create: async () => memoryStorage() });
