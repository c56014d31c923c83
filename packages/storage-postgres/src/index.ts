export type { PostgresConnection, PostgresPool, PostgresResult } from './client.ts';
export { type PostgresStorageOptions, postgresStorage } from './storage.ts';
