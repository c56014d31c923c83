import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Storage } from '@sitemessage/core/storage';
import { onTestFinished } from 'vitest';
import { sqliteStorage } from '../src/index.ts';

/** Creates a folder that is deleted after the test. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Returns the path of a new database. */
export async function newFile(): Promise<string> {
  return join(await newFolder(), 'messages.db');
}

/** Opens and migrates a storage on this file. Closed after the test. */
export async function openStorage(path: string): Promise<Storage> {
  const storage = sqliteStorage({ path });
  onTestFinished(() => storage.close());
  await storage.migrate();
  return storage;
}

/** Opens another handle on the file, as a host application or an operator does. Closed after the test. */
export function openHandle(path: string): DatabaseSync {
  const handle = new DatabaseSync(path);
  onTestFinished(() => handle.close());
  return handle;
}
