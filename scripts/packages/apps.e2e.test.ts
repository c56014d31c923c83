import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Consumer, createConsumer } from './consumer.ts';
import { type Registry, startRegistry } from './registry.ts';
import { run } from './run.ts';

const libraries = inject('libraries');
const arrived = 'sent 6, failed 0, to be repeated 0, arrived 6\nsent 6, failed 0, to be repeated 0, arrived 12\n';
let registry: Registry;
let consumer: Consumer;

beforeAll(async () => {
  registry = await startRegistry(libraries);
  consumer = await createConsumer(registry);
  await consumer.install(...libraries.map(({ manifest }) => manifest.name));
  await consumer.copy('apps');
});
afterAll(async () => {
  await consumer.remove();
  await registry.close();
});

describe('an application that imports messengers only for their registration', () => {
  it('sends through each, as an ES module', async () => {
    expect(await consumer.node('send.mjs')).toBe(arrived);
  });

  it('sends through each, as CommonJS', async () => {
    expect(await consumer.node('send.cjs')).toBe(arrived);
  });
});

describe('all packages together', () => {
  it('have one copy of core and no install script, dependencies included', async () => {
    const installed = [...(await consumer.installed())];
    expect(installed.map(([path]) => path).filter((path) => path.endsWith('/@sitemessage/core'))).toEqual([
      'node_modules/@sitemessage/core',
    ]);
    expect(installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([]);
  });

  it('work when installed from the lock file without scripts', async () => {
    await run('npm', ['ci', '--ignore-scripts'], consumer.folder);
    expect(await consumer.node('send.mjs')).toBe(arrived);
  });
});
