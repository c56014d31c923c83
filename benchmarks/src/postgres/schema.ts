import { Client } from 'pg';

/** What a run leaves behind would slow down the next one. */
export async function dropSchema(connectionString: string, schema: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query('set client_min_messages = error');
  await client.query(`drop schema if exists "${schema}" cascade`);
  await client.end();
}
