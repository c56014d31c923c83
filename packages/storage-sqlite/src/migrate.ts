import { ConfigurationError } from '@sitemessage/core';
import type { Client, Queries } from './client.ts';
import { firstSchema, inFlightSchema, keysSchema } from './schema.ts';

/** The migrations in the order in which they run. A released one never changes. */
const migrations: readonly string[] = [firstSchema, keysSchema, inFlightSchema];

/**
 * Brings the tables up to date. The version is in a table: `user_version` belongs to the whole file, which
 * the host application may share.
 *
 * @throws ConfigurationError `schema_newer` when a newer version of this package has migrated the database.
 */
export async function migrate(client: Client): Promise<void> {
  if ((await client.read(currentVersion)) === migrations.length) return;
  for (let isDone = false; !isDone; ) isDone = await client.write(migrateOnce);
}

/** Runs all migrations in the open transaction. */
export function migrateAll(db: Queries): void {
  while (!migrateOnce(db));
}

/** Runs the next migration, unless another process has. Returns whether all are done. */
function migrateOnce(db: Queries): boolean {
  const version = currentVersion(db);
  const next = migrations[version];
  if (next === undefined) return true;
  db.exec(next);
  db.run('insert into sitemessage_migrations (version) values (?)', version + 1);
  return version + 1 === migrations.length;
}

function currentVersion(db: Queries): number {
  const table = db.get("select 1 from sqlite_schema where type = 'table' and name = 'sitemessage_migrations'");
  if (!table) return 0;
  const { version } = db.get<{ version: number }>('select max(version) as version from sitemessage_migrations') as { version: number };
  if (version > migrations.length) {
    throw new ConfigurationError(
      `The database has schema ${version} of a newer @sitemessage/storage-sqlite. This version knows schemas up to ${migrations.length}. Update the package in this process.`,
      { code: 'schema_newer' },
    );
  }
  return version;
}
