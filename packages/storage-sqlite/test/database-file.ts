import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Storage } from '@sitemessage/core/storage';
import { onTestFinished } from 'vitest';
import { sqliteStorage } from '../src/index.ts';

/** A folder that goes with the test. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** The path of a database that is not there yet. */
export async function newFile(): Promise<string> {
  return join(await newFolder(), 'messages.db');
}

/** A migrated storage on this file, closed with the test. */
export async function openStorage(path: string): Promise<Storage> {
  const storage = sqliteStorage({ path });
  onTestFinished(() => storage.close());
  await storage.migrate();
  return storage;
}

/** Another handle on the file, as the host application or an operator has one. Closed with the test. */
export function openHandle(path: string): DatabaseSync {
  const handle = new DatabaseSync(path);
  onTestFinished(() => handle.close());
  return handle;
}
