import { describe, expect, it } from 'vitest';
import { codeBlocks, exampleOf } from './code-blocks.ts';
import { found, markdownFiles, pages, read } from './files.ts';

const isTypeScript = ({ language }: { language: string }): boolean => ['ts', 'tsx', 'typescript', 'js', 'javascript'].includes(language);

const blocks = pages.flatMap((page) =>
  codeBlocks(page)
    .filter(isTypeScript)
    .map((block) => ({ page, ...block })),
);

describe('the code in the documentation', () => {
  it.each(blocks)('is that of a file: $page, line $line', ({ file, region, code }) => {
    expect(file, 'there is no comment <!-- docs/examples/... --> before it').toMatch(/^(?:docs\/)?examples\/\S+\.tsx?$/);
    expect(code).toBe(exampleOf(file ?? '', region));
  });

  it.each(blocks)('fits into the column of the page, 80 characters: $page, line $line', ({ code }) => {
    expect(code.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('shows every example', () => {
    const shown = new Set(markdownFiles.flatMap((page) => codeBlocks(page).map(({ file }) => file)));
    const kept = found('docs/examples/**/*.{ts,tsx}');
    expect(kept.filter((file) => !shown.has(file))).toEqual([]);
  });

  it('is never hidden in a block of another language', () => {
    const others = pages.flatMap((page) => codeBlocks(page).filter((block) => !isTypeScript(block)));
    for (const { language, code } of others) {
      expect(['sh', 'ini', 'text', 'dockerfile', 'sql', 'json', 'yaml', 'python'], code).toContain(language);
      expect(code).not.toMatch(/^import .* from '/m);
    }
  });
});

describe('what is installed', () => {
  const own = new Set(found('packages/*/package.json').map((file) => JSON.parse(read(file)).name as string));
  /** Packages of others. A maintainer has looked at each before the documentation recommends it. */
  const reviewed = new Set([
    'typescript',
    '@types/node',
    'vitest',
    'better-sqlite3',
    'pg',
    'grammy',
    '@hono/node-server',
    '@opentelemetry/api',
    'handlebars',
    'mrml',
    '@react-email/components',
    'react',
    'react-dom',
    '@types/react',
  ]);
  /** What is scaffolded, which says itself how it is installed. */
  const scaffolded = /^sitemessage-messenger-(?:my-protocol|pigeon-post)$/;
  /** `npm create x` runs the package `create-x`. */
  const created = new Set(['sitemessage-messenger']);

  const lines = markdownFiles.flatMap((file) =>
    codeBlocks(file)
      .filter(({ language }) => language === 'sh')
      .flatMap(({ code }) => code.split('\n').map((line) => ({ file, line }))),
  );
  const installs = lines.flatMap(({ file, line }) => {
    const [, names] = /^npm (?:install|i|add) (.+)$/.exec(line) ?? [];
    return (names?.split(' ') ?? []).filter((name) => !name.startsWith('-')).map((name) => ({ file, name }));
  });

  it.each(installs)('$name in $file is ours, or on the reviewed list', ({ name }) => {
    expect(own.has(name) || reviewed.has(name) || scaffolded.test(name)).toBe(true);
  });

  it('is made by a package of ours', () => {
    for (const { line } of lines) {
      const [, name] = /^npm create (\S+)/.exec(line) ?? [];
      if (name !== undefined) expect(created).toContain(name);
    }
  });
});
