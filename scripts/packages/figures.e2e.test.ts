import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { applicationMinifiedKb, budgets, coreImportMs, coreMinifiedKb, referenceFloorMs } from './budget.ts';
import { createConsumer } from './consumer.ts';
import { type AllFigures, type Figures, minifiedKb, takeFigures, toTable } from './figures.ts';
import { type Registry, startRegistry } from './registry.ts';

const libraries = inject('libraries');
const names = libraries.map(({ manifest }) => manifest.name);
let registry: Registry;
let figures: AllFigures;

beforeAll(async () => {
  registry = await startRegistry(libraries);
  figures = await takeFigures(libraries, registry);
});
afterAll(() => registry.close());

const figuresOf = (name: string): Figures | undefined => figures.packages.find((one) => one.name === name);

it('each package has a budget, and there is no other', async ({ annotate }) => {
  await annotate(`\n${toTable(figures)}`);
  expect(Object.keys(budgets)).toEqual(names);
});

describe.each(Object.entries(budgets))('%s', (name, budget) => {
  const found = (): Figures | undefined => figuresOf(name);

  it('is within its size', () => {
    expect(found()?.tarballKb).toBeLessThanOrEqual(budget.tarballKb);
    expect(found()?.unpackedKb).toBeLessThanOrEqual(budget.unpackedKb);
  });

  it('installs the listed dependencies and no others', () => {
    expect(found()?.dependencies).toEqual(budget.dependencies.toSorted());
  });
});

describe('the main entry of core', () => {
  it('is imported within its time', () => {
    const slowness = Math.max(1, figures.floorMs / referenceFloorMs);
    expect(figuresOf('@sitemessage/core')?.importMs).toBeLessThanOrEqual(coreImportMs * slowness);
  });

  it.each([
    ['the whole entry', "export * from '@sitemessage/core'", coreMinifiedKb],
    [
      'an application',
      "import { createSitemessage, defineMessageType } from '@sitemessage/core'; console.log(createSitemessage, defineMessageType)",
      applicationMinifiedKb,
    ],
  ])('stays within its budget when it is bundled and minified: %s', async (_, source, budget) => {
    const consumer = await createConsumer(registry);
    onTestFinished(() => consumer.remove());
    await consumer.install('@sitemessage/core');
    expect(await minifiedKb(source, consumer.folder)).toBeLessThanOrEqual(budget);
  });
});
