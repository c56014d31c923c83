import { readFileSync } from 'node:fs';
import { documentsOf } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { bare, setUp } from './set-up.ts';

const { readme, source, rows, properties } = documentsOf(import.meta.url);

describe('the README', () => {
  it('installs the packages that its first example imports', () => {
    const [, command = ''] = /^npm install (.+)$/m.exec(readme) ?? [];
    const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
    const imported = [...example.matchAll(/ from '(@[^/']+\/[^/']+)/g)].map(([, name]) => name);
    expect(command.split(' ').toSorted()).toEqual([...new Set(imported)].toSorted());
  });

  it('shows how to mount the handler in node:http as the example does', () => {
    expect(readme).toContain(readFileSync(new URL('../../../examples/web/src/with-node.ts', import.meta.url), 'utf8'));
  });

  it('lists the options, each with a default and a meaning', () => {
    const listed = rows('Options').map(([name]) => name);
    expect(listed.toSorted()).toEqual(properties('WebOptions').toSorted());
    for (const row of rows('Options')) expect(row.filter((cell) => cell !== '')).toHaveLength(3);
  });

  it('lists routes that exist', async () => {
    const { ask, links } = setUp();
    const tokenFor = (path: string): string => {
      const { unsubscribe, preferences, pixel } = links(bare);
      const link = path.includes('preferences') ? preferences : path.includes('pixel') ? pixel : unsubscribe;
      return link.split('/').at(-1) ?? '';
    };
    const routes = rows('Routes').map(([route = '']) => route.split(' '));
    expect(routes.length).toBeGreaterThan(8);
    for (const [method = '', path = ''] of routes) {
      const { status } = await ask(method, `https://example.com/messages${path.replace(':token', tokenFor(path))}`);
      expect([method, path, status]).not.toEqual([method, path, 404]);
    }
  });

  it('lists every variable of the styles', () => {
    const variables = new Set(source.match(/--sm-[\w-]+(?=:)/g));
    expect(
      rows('Design')
        .map(([name]) => name)
        .toSorted(),
    ).toEqual([...variables].toSorted());
  });
});
