export type { PostgresConnection, PostgresPool, PostgresResult, PostgresTransaction, PostgresTypes } from './client.ts';
export { type PostgresStorageOptions, postgresStorage } from './storage.ts';
