import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Protocol, type RunningProtocol, startSandbox } from '@sitemessage/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kinds } from '../src/templates.ts';
import { type Folder, packNeeded } from './packed.ts';

const execute = promisify(execFile);
let place: string;
let tarballs: Readonly<Record<Folder, string>>;
let create: string;

/** Runs a command without the environment of the tests. Packages of the registry are fetched once. */
async function run(cwd: string, command: string, ...args: string[]): Promise<string> {
  const outer = Object.entries(process.env).filter(([name]) => !/^(NODE_ENV|NODE_OPTIONS|TEST|VITEST.*|npm_.*|pnpm_.*)$/i.test(name));
  const settings = {
    npm_config_cache: join(place, 'cache'),
    npm_config_registry: process.env.npm_config_registry,
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_prefer_offline: 'true',
  };
  try {
    const { stdout } = await execute(command, args, { cwd, env: { ...Object.fromEntries(outer), ...settings }, maxBuffer: 2 ** 26 });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
  }
}

const own = (...names: Folder[]): string[] => names.map((name) => `file:${tarballs[name]}`);

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'create-sitemessage-messenger-'));
  tarballs = await packNeeded(place);
  const tools = join(place, 'tools');
  await mkdir(tools);
  await writeFile(join(tools, 'package.json'), '{ "private": true }');
  await run(tools, 'npm', 'install', ...own('create-messenger'));
  create = join(tools, 'node_modules', '.bin', 'create-sitemessage-messenger');
}, 240_000);

afterAll(() => rm(place, { recursive: true, force: true }));

/** An application that has only published packages. Its argument has the options of the messenger. */
const application = `
import { createSitemessage } from '@sitemessage/core';
import { sqliteStorage } from '@sitemessage/storage-sqlite';
import 'sitemessage-messenger-pigeon-post';

const messengers = { 'pigeon-post': JSON.parse(process.argv[2]) };
const site = createSitemessage({ storage: sqliteStorage({ path: 'messages.db' }), messengers });
await site.scheduleMessages('Come home', site.recipients('pigeon-post', '@Tower'));
const { sent } = await site.sendScheduledMessages();
await site.close();
process.stdout.write(String(sent));
`;

describe.each(Object.keys(kinds))('a package of the kind %s', (kind) => {
  const home = (): string => join(place, kind, 'pigeon-post');
  let packed: string;

  beforeAll(async () => {
    await mkdir(join(place, kind));
    await run(join(place, kind), create, 'pigeon-post', '--kind', kind);
    await run(home(), 'npm', 'install', '--no-save', ...own('sitemessage-core', 'http', 'sandbox'));
  }, 240_000);

  it('passes its tests at once', async () => {
    const tests = await readdir(join(home(), 'test'));
    expect(await run(home(), 'npm', 'test')).toMatch(new RegExp(`Test Files.*\\D${tests.length} passed`));
  });

  it('is built, and fails its check while a place is marked', async () => {
    await run(home(), 'npm', 'run', 'build');
    await expect(run(home(), 'npm', 'run', 'check')).rejects.toThrow('README.md:3');
  });

  it('passes publint and attw when no place is marked', async () => {
    for (const folder of ['.', 'src', 'sandbox', 'test']) {
      for (const name of await readdir(join(home(), folder))) {
        if (!/\.(md|ts)$/.test(name)) continue;
        const path = join(home(), folder, name);
        await writeFile(path, (await readFile(path, 'utf8')).replaceAll('CHANGE:', ''));
      }
    }
    // publint and attw end the script with an error.
    expect(await run(home(), 'npm', 'run', 'check')).toMatch(/All good!.*from ESM.*🟢/s);
  });

  it('is built when it is packed, and has only the files that its users need', async () => {
    await rm(join(home(), 'dist'), { recursive: true });
    const [{ filename, files }] = JSON.parse(await run(home(), 'npm', 'pack', '--json')) as [
      { filename: string; files: { path: string }[] },
    ];
    packed = join(home(), filename);
    expect(files.map(({ path }) => path).sort()).toEqual([
      'LICENSE',
      'README.md',
      'dist/index.d.ts',
      'dist/index.js',
      'dist/sandbox.d.ts',
      'dist/sandbox.js',
      'package.json',
    ]);
    expect(await readFile(join(home(), 'dist', 'index.js'), 'utf8')).toContain('registerMessenger');
  });

  it('sends a message in an application with core and a storage', async () => {
    const host = join(place, kind, 'host');
    await mkdir(host);
    await writeFile(join(host, 'package.json'), '{ "private": true, "type": "module" }');
    await writeFile(join(host, 'main.js'), application);
    await run(
      host,
      'npm',
      'install',
      `file:${packed}`,
      ...own('sitemessage-core', 'storage-sqlite', ...(kind === 'http' ? (['http'] as const) : [])),
    );
    const exported = createRequire(join(host, 'main.js')).resolve('sitemessage-messenger-pigeon-post/sandbox');
    const { pigeonPost } = (await import(exported)) as { pigeonPost: Provider };
    await using sandbox = await startSandbox({ protocols: [pigeonPost] });
    expect(await run(host, process.execPath, 'main.js', JSON.stringify(sandbox['pigeon-post'].options))).toBe('1');
    expect(sandbox.inbox.all()).toMatchObject([{ address: 'tower', text: 'Come home' }]);
  });
});

type Provider = Protocol<'pigeon-post', RunningProtocol & { readonly options: object }>;
