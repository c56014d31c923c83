import { join } from 'node:path';
import { afterAll, beforeAll, describe, inject, it } from 'vitest';
import { type Consumer, createConsumer } from './consumer.ts';
import { type Registry, startRegistry } from './registry.ts';

const libraries = inject('libraries');
const compilers = ['5.9', '6.0', '7.0'];
const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--skipLibCheck', 'false'];
const common = ['--noEmit', '--target', 'es2023', ...strict];
const ofNode = ['--lib', 'es2023', '--types', 'node'];
const ofBrowsers = ['--lib', 'es2023,dom', '--typeRoots', 'none'];
const nodenext = ['--module', 'nodenext'];
const bundler = ['--module', 'esnext', '--moduleResolution', 'bundler'];
let registry: Registry;
let consumer: Consumer;

beforeAll(async () => {
  registry = await startRegistry(libraries);
  consumer = await createConsumer(registry);
  const typescripts = compilers.map((version) => `typescript-${version}@npm:typescript@~${version}.0`);
  await consumer.install(...libraries.map(({ manifest }) => manifest.name), '@types/node@24', ...typescripts);
  await consumer.copy('typed');
});
afterAll(async () => {
  await consumer.remove();
  await registry.close();
});

describe.each(compilers)('TypeScript %s with its strictest options', (version) => {
  const compile = async (...args: readonly string[]): Promise<void> => {
    await consumer.node(join('node_modules', `typescript-${version}`, 'bin/tsc'), ...common, ...args);
  };

  it.concurrent('knows each messenger after its import, and each other package, also from CommonJS', () =>
    compile(...nodenext, ...ofNode, 'right.mts', 'common.cts'));

  it.concurrent('knows them with the module resolution of bundlers', () => compile(...bundler, ...ofNode, 'right.mts'));

  it.concurrent('refuses a wrong alias, address or option, and a messenger that is not imported', () =>
    compile(...nodenext, ...ofNode, 'wrong.mts'));

  it.concurrent('knows no messenger when none is imported, and needs no types of Node.js for core', () =>
    compile(...nodenext, ...ofBrowsers, 'only-core.mts'));
});
