import { ConfigurationError } from '@sitemessage/core';
import type { Client, Queries } from './client.ts';
import { firstSchema, inFlightSchema, keysSchema } from './schema.ts';

/** In the order in which they are applied. Never changed once released, only added to. */
const migrations: readonly string[] = [firstSchema, keysSchema, inFlightSchema];

/**
 * Brings the tables up to date. The version is kept in a table of its own: `user_version` belongs to the whole file, which may be the
 * host application's.
 *
 * @throws ConfigurationError when a newer version of this package has been at the database.
 */
export async function migrate(client: Client): Promise<void> {
  if ((await client.read(currentVersion)) === migrations.length) return;
  for (let isDone = false; !isDone; ) isDone = await client.write(migrateOnce);
}

/** All of it in one transaction that somebody else has begun. */
export function migrateAll(db: Queries): void {
  while (!migrateOnce(db));
}

/** One migration in one transaction; what another process has done in the meantime is not done again. Returns whether all are done. */
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
      `The database was brought to schema ${version} by a newer @sitemessage/storage-sqlite; this one knows schemas up to ${migrations.length}. Update the package in this process too.`,
      { code: 'schema_newer' },
    );
  }
  return version;
}
