import { describe, expect, it } from 'vitest';
import { type Drawing, readDrawing } from './drawing.ts';
import { found, read } from './files.ts';
import { type Import, importsOf } from './imports.ts';

const written = ({ arrows }: Pick<Drawing, 'arrows'>): string[] =>
  arrows.map(({ from, to, isOfTypes }) => `${from} ${isOfTypes ? '-->' : '->'} ${to}`).sort();

/** One arrow for each pair, which is of types alone when all of its imports are. */
function arrowsBetween(imports: readonly Import[], nameOf: (file: string) => string | undefined): Drawing['arrows'] {
  const pairs = Map.groupBy(
    imports.map(({ file, target, isOfTypes }) => ({ from: nameOf(file), to: nameOf(target), isOfTypes })),
    ({ from, to }) => `${from} ${to}`,
  );
  return [...pairs.values()].flatMap((pair) => {
    const [{ from, to } = {}] = pair;
    return from === undefined || to === undefined || from === to ? [] : [{ from, to, isOfTypes: pair.every((one) => one.isOfTypes) }];
  });
}

describe('the picture of the packages', () => {
  const drawing = readDrawing('docs/pictures/packages.svg');
  const folders = found('packages/*');
  const nameOf = (folder: string): string => folder.replace('packages/', '').replace('sitemessage-', '');
  const byPackage = new Map(folders.map((folder) => [JSON.parse(read(`${folder}/package.json`)).name as string, nameOf(folder)]));

  const arrows = arrowsBetween(importsOf('packages/*/src/**/*.ts'), (path) =>
    path.startsWith('packages/') ? nameOf(path.split('/').slice(0, 2).join('/')) : byPackage.get(path.split('/').slice(0, 2).join('/')),
  ).map((arrow) => ({ ...arrow, isOfTypes: false }));

  it('has an arrow for each import of one by another, and no other arrow', () => expect(written(drawing)).toEqual(written({ arrows })));

  it('has a box for each that takes part', () => {
    expect(new Set(drawing.boxes)).toEqual(
      new Set(['messengers', ...arrows.flatMap(({ from, to }) => [from, to])].filter((name) => name !== 'messengers')),
    );
  });

  it('has arrows that touch their boxes', () => expect(drawing.loose).toEqual([]));
});

describe('the picture of core', () => {
  const drawing = readDrawing('docs/pictures/core.svg');
  const source = 'packages/sitemessage-core/src/';
  const site = ['index.ts', 'site.ts', 'sitemessage.ts', 'site-options.ts'];
  const imports = importsOf(`${source}**/*.ts`).filter(({ target }) => target.startsWith(source));

  /** The folder, `site`, or undefined for what lies beside the folders and is not drawn. */
  const partOf = (file: string): string | undefined => {
    const path = file.slice(source.length);
    if (path.includes('/')) return path.split('/')[0];
    return site.includes(path) ? 'site' : undefined;
  };
  const arrows = arrowsBetween(imports, partOf);
  const folders = found(`${source}*/`).map((folder) => folder.slice(source.length).replace(/\/$/, ''));

  it('has an arrow for each import of one by another, and no other arrow', () => expect(written(drawing)).toEqual(written({ arrows })));

  it('has a box for each folder', () => expect(drawing.boxes.toSorted()).toEqual(['site', ...folders].sort()));

  it('has arrows that touch their boxes', () => expect(drawing.loose).toEqual([]));

  it('leaves out files that import types alone of the folders', () => {
    const running = imports.filter(({ file, target, isOfTypes }) => !partOf(file) && partOf(target) && !isOfTypes);
    expect(running).toEqual([]);
  });
});
