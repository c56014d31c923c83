import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { bundlers } from './bundle.ts';
import { type Consumer, createConsumer } from './consumer.ts';
import type { Packed } from './pack.ts';
import { type Registry, startRegistry } from './registry.ts';
import { makeFolder, removeFolder } from './temporary.ts';
import { packVariant } from './variant.ts';

const libraries = inject('libraries');
const telegram = '@sitemessage/messenger-telegram';

async function install(available: readonly Packed[]): Promise<{ registry: Registry; consumer: Consumer }> {
  const registry = await startRegistry(available);
  const consumer = await createConsumer(registry);
  await consumer.install(...available.map(({ manifest }) => manifest.name));
  await consumer.copy('apps');
  return { registry, consumer };
}

describe('an application that imports messengers and nothing of them, in one file', () => {
  let registry: Registry;
  let consumer: Consumer;

  beforeAll(async () => {
    ({ registry, consumer } = await install(libraries));
  });
  afterAll(async () => {
    await consumer.remove();
    await registry.close();
  });

  it.each(Object.entries(bundlers))('made by %s, sends through each', async (name, bundle) => {
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

  it.each(Object.entries(bundlers))('is lost by %s, so that the test above would notice', async (name, bundle) => {
    await bundle(consumer.folder, 'send.mjs', `${name}.mjs`);
    expect(await consumer.attemptNode(`${name}.mjs`)).toMatchObject({
      isWell: false,
      output: expect.stringContaining('`messengers.telegram`: no messenger with this alias is registered'),
    });
  });
});
