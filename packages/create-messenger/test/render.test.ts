import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defaultsFor, type Settings } from '../src/options.ts';
import { Problem } from '../src/problem.ts';
import { checkClash, render } from '../src/render.ts';
import { type Files, type Kind, kinds } from '../src/templates.ts';
import { rangeOf } from './workspace.ts';

const allKinds = Object.keys(kinds) as Kind[];
const rendered = (changes: Partial<Settings> = {}, alias = 'pigeon'): Files => render({ ...defaultsFor(alias), ...changes }, 2031);
const manifestOf = (files: Files) => JSON.parse(files.get('package.json') ?? '');

/** Returns the string literal of the title in the definition. */
function titleIn(source: string): string | undefined {
  let found: string | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'title' && ts.isStringLiteral(node.initializer))
      found = node.initializer.text;
    node.forEachChild(visit);
  };
  const file = ts.createSourceFile('messenger.ts', source, ts.ScriptTarget.Latest, true);
  visit(file);
  expect(Reflect.get(file, 'parseDiagnostics')).toEqual([]);
  return found;
}

/** Returns the errors of the parser of TypeScript. */
const mistakesIn = (content: string) =>
  ts.transpileModule(content, { reportDiagnostics: true, compilerOptions: { module: ts.ModuleKind.ESNext } }).diagnostics;

describe.each(allKinds)('a package of the kind %s', (kind) => {
  const files = rendered({ kind });

  it('is complete', () => {
    const always = ['index', 'register', 'types', 'messenger', 'address', 'errors'].map((name) => `src/${name}.ts`);
    const paths = [...files.keys()];
    expect(paths).toEqual(expect.arrayContaining([...always, 'sandbox/emulator.ts', 'test/contract.test.ts', 'test/types.test.ts']));
    expect(paths).toEqual(
      expect.arrayContaining(['README.md', 'LICENSE', 'package.json', 'tsconfig.json', 'tsup.config.ts', '.gitignore']),
    );
    expect(paths).toEqual(expect.arrayContaining(['.github/workflows/ci.yml', '.changeset/config.json']));
    expect(paths).not.toContain('gitignore');
    expect(paths).not.toContain('manifest.json');
  });

  it('exports its emulator for the tests of applications', () => {
    expect(manifestOf(files).exports['./sandbox']).toEqual({ types: './dist/sandbox.d.ts', default: './dist/sandbox.js' });
    expect(files.get('tsup.config.ts')).toContain("sandbox: 'sandbox/emulator.ts'");
    const imported = [...files]
      .filter(([path]) => path.startsWith('sandbox/'))
      .flatMap(([, content]) => content.match(/^import (?!type ).*'@sitemessage\/.*$/gm) ?? []);
    expect(imported).toEqual([]);
  });

  it('fails its check while a place is marked, and names the place', () => {
    const place = mkdtempSync(join(tmpdir(), 'marks-'));
    onTestFinished(() => rmSync(place, { recursive: true }));
    const check = (changed: (content: string) => string): { readonly status: number | null; readonly stderr: string } => {
      for (const [path, content] of files) {
        mkdirSync(dirname(join(place, path)), { recursive: true });
        writeFileSync(join(place, path), path === 'marks.mjs' ? content : changed(content));
      }
      return spawnSync(process.execPath, ['marks.mjs'], { cwd: place, encoding: 'utf8' });
    };
    const { status, stderr } = check((content) => content);
    expect(status).toBe(1);
    const marked = [...files].filter(([path, content]) => path !== 'marks.mjs' && /\bCHANGE\b/.test(content)).map(([path]) => path);
    const told = [...stderr.replaceAll('\\', '/').matchAll(/^ {2}(.+):\d+$/gm)].map(([, path]) => path);
    expect([...new Set(told)].sort()).toEqual(marked.sort());
    expect(check((content) => content.replaceAll('CHANGE:', ''))).toMatchObject({ status: 0, stderr: '' });
  });

  it('has no words of the templates left', () => {
    for (const [path, content] of files) expect(content, path).not.toMatch(/my.?protocol|my name|my-license|2026/i);
  });

  it('has its side effects and its peers in the manifest', () => {
    const manifest = manifestOf(files);
    expect(manifest).toMatchObject({ name: 'sitemessage-messenger-pigeon', license: 'MIT', type: 'module', engines: { node: '>=22.13' } });
    expect(manifest.sideEffects).toEqual(['./src/index.ts', './src/register.ts', './dist/index.js']);
    expect(manifest.peerDependencies).toEqual({
      '@sitemessage/core': rangeOf('@sitemessage/core'),
      '@sitemessage/sandbox': rangeOf('@sitemessage/sandbox'),
    });
    // Only the tests of an application need the sandbox.
    expect(manifest.peerDependenciesMeta).toEqual({ '@sitemessage/sandbox': { optional: true } });
    expect(manifest.scripts).toMatchObject({
      test: 'tsc && vitest run',
      build: 'tsup',
      check: 'node marks.mjs && publint --strict --pack npm && attw --pack --profile esm-only',
      // Packing, publishing and installing from git build it first. The output stays readable.
      prepack: 'tsup --silent',
    });
  });

  it('has the versions of this workspace, which are tested together', () => {
    const catalog = readFileSync(join(import.meta.dirname, '..', '..', '..', 'pnpm-workspace.yaml'), 'utf8');
    const { dependencies, devDependencies } = manifestOf(files);
    for (const [name, range] of Object.entries<string>({ ...dependencies, ...devDependencies })) {
      const [, expected] = new RegExp(`^ {2}"?${name}"?: (\\S+)$`, 'm').exec(catalog) ?? [];
      expect(range, name).toBe(name.startsWith('@sitemessage/') ? rangeOf(name) : expected);
    }
  });

  it('has every error code and every option in its README, and no other', () => {
    const readme = files.get('README.md') ?? '';
    const source = [...files].flatMap(([path, content]) => (path.startsWith('src/') ? [content] : [])).join('\n');
    const codes = new Set([...source.matchAll(/code: '(pigeon_\w+)'/g)].map(([, code]) => code));
    expect([...readme.matchAll(/^\| `(pigeon_\w+)`/gm)].map(([, code]) => code).sort()).toEqual([...codes].sort());
    const [, options = ''] = /export interface PigeonOptions \{\n([\s\S]*?)\n\}/.exec(source) ?? [];
    const [, table = ''] = /## Options\n([\s\S]*?)\n\n[^|B]/.exec(readme) ?? [];
    const named = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, option]) => option);
    expect(named).toEqual([...options.matchAll(/^ {2}readonly (\w+)/gm)].map(([, option]) => option));
  });

  it.each([`Ann's "Post" \\ \${x} \`y\` */ // <b> | [z](w) & $& $1`, "'", '\\', "\\'"])(
    'keeps a title with special characters: %s',
    (title) => {
      const files = rendered({ kind, title, author: title });
      expect(titleIn(files.get('src/messenger.ts') ?? '')).toBe(title);
      for (const [path, content] of files) if (path.endsWith('.ts')) expect(mistakesIn(content), path).toEqual([]);
      expect(manifestOf(files)).toMatchObject({ description: `${title} for sitemessage`, author: title });
      expect(files.get('LICENSE')).toContain(`Copyright (c) 2031 ${title}\n`);
      expect(files.get('.github/workflows/ci.yml')).toBe(rendered({ kind }).get('.github/workflows/ci.yml'));
      expect(files.get('README.md')).not.toContain('<b>');
    },
  );

  it('replaces each word once: a title can be a word of the templates', () => {
    const files = rendered({ kind, title: 'My Name', author: 'my-protocol', package: '@ann/my-protocol' });
    expect(manifestOf(files)).toMatchObject({ name: '@ann/my-protocol', description: 'My Name for sitemessage', author: 'my-protocol' });
  });

  it.each(['describe', 'once', 'common', 'define-messenger', 'get-address', 'start-sandbox', 'token'])(
    'cannot have an alias that makes a name twice: %s',
    (alias) => {
      expect(() => rendered({ kind }, alias)).toThrow(Problem);
      expect(() => rendered({ kind }, alias)).toThrow(alias);
      expect(checkClash(alias, [kind])).toContain('makes the name');
    },
  );

  it('can have another alias', () => expect(checkClash('pigeon', [kind])).toBeUndefined());

  it.each(['signal', 'line', 'matrix', 'sms', 'push', 'mail', 'slack', 'webhook', 'a'])('can have the alias %s', (alias) => {
    for (const [path, content] of rendered({ kind }, alias)) if (path.endsWith('.ts')) expect(mistakesIn(content), path).toEqual([]);
  });
});

describe('the licence', () => {
  it.each([
    ['MIT', 'Permission is hereby granted, free of charge'],
    ['ISC', 'Permission to use, copy, modify, and/or distribute'],
    ['UNLICENSED', 'All rights reserved.'],
    ['Apache-2.0', 'https://spdx.org/licenses/Apache-2.0.html'],
    ['GPL-3.0-or-later', 'SPDX-License-Identifier: GPL-3.0-or-later'],
  ])('%s is in the package, the README and the LICENSE', (license, words) => {
    const files = rendered({ license, author: 'Ann' });
    expect(files.get('LICENSE')).toContain(words);
    expect(files.get('LICENSE')).toContain('Copyright (c) 2031 Ann');
    expect(files.get('README.md')).toContain(`Licence: ${license}.`);
    expect(manifestOf(files).license).toBe(license);
  });
});
