import { describe, it } from 'node:test';
import { memoryStorage } from '@sitemessage/core/memory';
import { storageContract } from '@sitemessage/core/testing';

storageContract({ describe, it }, { create: async () => memoryStorage() });
