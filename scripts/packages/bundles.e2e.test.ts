import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { bundlers } from './bundle.ts';
import { type Consumer, createConsumer } from './consumer.ts';
import type { Packed } from './pack.ts';
import { type Registry, startRegistry } from './registry.ts';
import { makeFolder, removeFolder } from './run.ts';
import { packVariant } from './variants.ts';

const libraries = inject('libraries');
const telegram = '@sitemessage/messenger-telegram';

async function install(available: readonly Packed[]): Promise<{ registry: Registry; consumer: Consumer }> {
  const registry = await startRegistry(available);
  const consumer = await createConsumer(registry);
  await consumer.install(...available.map(({ manifest }) => manifest.name));
  await consumer.copy('apps');
  return { registry, consumer };
}

describe('an application that imports messengers only for their registration, bundled into one file', () => {
  let registry: Registry;
  let consumer: Consumer;

  beforeAll(async () => {
    ({ registry, consumer } = await install(libraries));
  });
  afterAll(async () => {
    await consumer.remove();
    await registry.close();
  });

  it.each(Object.entries(bundlers))('by %s, sends through each', async (name, bundle) => {
    await bundle(consumer.folder, 'send.mjs', `${name}.mjs`);
    expect(await consumer.node(`${name}.mjs`)).toContain('sent 6, failed 0, to be repeated 0, arrived 12');
  });
});

describe('a messenger that says it has no side effects', () => {
  let folder: string;
  let registry: Registry;
  let consumer: Consumer;

  beforeAll(async () => {
    folder = await makeFolder();
    const variants = libraries.map((one) => {
      return one.manifest.name === telegram ? packVariant(one, { manifest: { sideEffects: false } }, folder) : one;
    });
    ({ registry, consumer } = await install(await Promise.all(variants)));
  });
  afterAll(async () => {
    await consumer.remove();
    await registry.close();
    await removeFolder(folder);
  });

  it.each(Object.entries(bundlers))('is dropped by %s, so the test above would fail', async (name, bundle) => {
    await bundle(consumer.folder, 'send.mjs', `${name}.mjs`);
    expect(await consumer.attemptNode(`${name}.mjs`)).toMatchObject({
      isOk: false,
      output: expect.stringContaining('`messengers.telegram`: no messenger with this alias is registered'),
    });
  });
});
