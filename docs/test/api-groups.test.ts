import ts from 'typescript';
import { expect, it } from 'vitest';
import { apiGroups } from '../api-groups.ts';
import { read } from './files.ts';

const exported = ts
  .createSourceFile('index.ts', read('packages/sitemessage-core/src/index.ts'), ts.ScriptTarget.Latest)
  .statements.filter(ts.isExportDeclaration)
  .flatMap(({ exportClause }) => (exportClause && ts.isNamedExports(exportClause) ? exportClause.elements : []))
  .map(({ name }) => name.text);

it('puts every export of core into one group of the API reference', () => {
  expect(Object.values(apiGroups).flat().toSorted()).toEqual(exported.toSorted());
});

it('begins the API reference with `createSitemessage`', () => expect(Object.values(apiGroups)[0]?.[0]).toBe('createSitemessage'));
