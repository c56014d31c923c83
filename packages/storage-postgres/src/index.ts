export type { PostgresStorageOptions } from './options.ts';
export type { PostgresConnection, PostgresPool, PostgresQuery, PostgresResult, PostgresTransaction, PostgresTypes } from './pg.ts';
export { postgresStorage } from './storage.ts';
