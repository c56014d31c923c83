import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { storageContract } from '@sitemessage/core/testing';
import BetterSqlite3 from 'better-sqlite3';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { sqliteStorage } from '../src/index.ts';

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sitemessage-'));
});
afterAll(() => rm(folder, { recursive: true }));

const newPath = (): string => join(folder, `${++files}.db`);

describe('a file', () => {
  storageContract({ describe, it }, { create: async () => sqliteStorage({ path: newPath() }) });
});

describe('a handle of node:sqlite', () => {
  storageContract({ describe, it }, { create: async () => sqliteStorage({ database: new DatabaseSync(':memory:') }) });
});

describe('a handle of better-sqlite3', () => {
  storageContract({ describe, it }, { create: async () => sqliteStorage({ database: new BetterSqlite3(newPath()) }) });
});
