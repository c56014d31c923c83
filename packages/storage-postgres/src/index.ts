export type { PostgresConnection, PostgresPool, PostgresResult, PostgresTransaction } from './client.ts';
export { type PostgresStorageOptions, postgresStorage } from './storage.ts';
