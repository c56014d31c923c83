import { describe, expect, it } from 'vitest';
import { circlesOf } from './circles.ts';
import { arrowsOfCore, drawCore, stages, withoutStage } from './core-picture.ts';
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

describe('core', () => {
  const arrows = arrowsOfCore();

  it('has a row for each of its folders', () => expect(withoutStage()).toEqual([]));

  it('imports down the list of its stages, never up', () => {
    const rows = Object.keys(stages);
    expect(arrows.filter(({ from, to }) => rows.indexOf(from) > rows.indexOf(to))).toEqual([]);
  });

  it('is drawn with every import', async () => {
    await expect(drawCore(arrows)).toMatchFileSnapshot('../pictures/core.svg');
  });
});

describe.each(found('packages/*'))('%s', (folder) => {
  const source = `${folder}/src/`;
  const imports = importsOf(`${source}**/*.ts`).filter(({ target }) => target.startsWith(source));
  const topOf = (file: string): string => file.slice(source.length).split('/')[0] ?? '';

  it('has no two files that import one another, directly or by way of others', () => {
    expect(circlesOf(imports.map(({ file, target }) => ({ from: file, to: target })))).toEqual([]);
  });

  it('has no two folders that import one another, directly or by way of others', () => {
    const between = imports.map(({ file, target }) => ({ from: topOf(file), to: topOf(target) })).filter(({ from, to }) => from !== to);
    expect(circlesOf(between)).toEqual([]);
  });
});
