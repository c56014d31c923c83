export type { SqliteDatabase, SqliteStatement, SqliteValue } from './database.ts';
export type { SqliteStorageOptions } from './storage.ts';
export { sqliteStorage } from './storage.ts';
