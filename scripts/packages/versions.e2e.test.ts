import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { type Consumer, createConsumer } from './consumer.ts';

import type { Packed } from './pack.ts';
import { type Registry, startRegistry } from './registry.ts';
import { makeFolder, removeFolder } from './run.ts';
import { packCores, packPager, packVariant, versionsOf } from './variants.ts';

const libraries = inject('libraries');
const [core, others] = [libraries.filter(isCore)[0] as Packed, libraries.filter((one) => !isCore(one))];
const versions = versionsOf(core);
let folder: string;
let registry: Registry;

function isCore({ manifest }: Packed): boolean {
  return manifest.name === '@sitemessage/core';
}

async function newConsumer(): Promise<Consumer> {
  const consumer = await createConsumer(registry);
  onTestFinished(() => consumer.remove());
  await consumer.copy('apps');
  return consumer;
}

async function coresIn(consumer: Consumer): Promise<readonly string[]> {
  const installed = [...(await consumer.installed())];
  return installed.filter(([path]) => path.endsWith('/@sitemessage/core')).map(([, { version }]) => version);
}

beforeAll(async () => {
  folder = await makeFolder();
  const pager = await packPager(versions, folder);
  const { first, laterMinor, nextMajor, otherProtocol } = await packCores(core, folder);
  const pinned = { version: '1.0.1', peerDependencies: {}, dependencies: { '@sitemessage/core': versions.first } };
  const pinnedPager = await packVariant(pager, { manifest: pinned }, folder);
  registry = await startRegistry([first, laterMinor, nextMajor, otherProtocol, pager, pinnedPager, ...others]);
});
afterAll(async () => {
  await registry.close();
  await removeFolder(folder);
});

describe('a messenger that was written against the first minor of core', () => {
  it.each([versions.first, versions.laterMinor])('works with %s', async (version) => {
    const consumer = await newConsumer();
    await consumer.install(`@sitemessage/core@${version}`, '@example/messenger-pager@1.0.0');

    expect(await coresIn(consumer)).toEqual([version]);
    const { sent, failed, isSameClass } = JSON.parse(await consumer.node('page.mjs'));
    expect({ sent, failed, isSameClass }).toEqual({ sent: 1, failed: 1, isSameClass: true });
  });

  it('cannot be installed with the next major', async () => {
    const { isOk, output } = await (await newConsumer()).attemptInstall(
      `@sitemessage/core@${versions.nextMajor}`,
      '@example/messenger-pager@1.0.0',
    );
    expect(isOk).toBe(false);
    expect(output).toContain('ERESOLVE');
    expect(output).toContain(`peer @sitemessage/core@"^${versions.first}" from @example/messenger-pager@1.0.0`);
  });
});

describe('our packages', () => {
  const names = others.map(({ manifest }) => manifest.name);

  it('work with a later minor of core', async () => {
    const consumer = await newConsumer();
    await consumer.install(`@sitemessage/core@${versions.laterMinor}`, ...names);

    expect(await coresIn(consumer)).toEqual([versions.laterMinor]);
    expect(await consumer.node('send.mjs')).toContain('sent 6, failed 0, to be repeated 0, arrived 12');
  });

  it.each(names)('have %s refuse the next major', async (name) => {
    const { isOk, output } = await (await newConsumer()).attemptInstall(`@sitemessage/core@${versions.nextMajor}`, name);
    expect(isOk).toBe(false);
    expect(output).toContain('ERESOLVE');
  });
});

describe('two copies of core in one process', () => {
  it('share the registry, and read each other’s errors by kind', async () => {
    const consumer = await newConsumer();
    await consumer.install(`@sitemessage/core@${versions.laterMinor}`, '@example/messenger-pager@1.0.1');

    expect(await coresIn(consumer)).toHaveLength(2);
    expect(JSON.parse(await consumer.node('page.mjs'))).toEqual({
      sent: 1,
      failed: 1,
      badAddress: 'address',
      refusal: 'permanent',
      isSameClass: false,
    });
  });

  it('throw when their registries cannot be shared', async () => {
    const consumer = await newConsumer();
    await consumer.install(`@sitemessage/core@${versions.otherProtocol}`, '@example/messenger-pager@1.0.1');

    const { isOk, output } = await consumer.attemptNode('page.mjs');
    expect(isOk).toBe(false);
    expect(output).toMatch(
      /ConfigurationError: Two incompatible copies of @sitemessage\/core .* protocol \d+ and 99\. Install one version/,
    );
  });
});
