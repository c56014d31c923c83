import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { sidebar } from '../sidebar.ts';
import { markdownFiles, pages, root } from './files.ts';
import { linkHosts } from './link-hosts.ts';
import { readPage } from './links.ts';

const isOutside = (link: string): boolean => /^[a-z]+:/i.test(link);
const read = new Map(markdownFiles.map((file) => [file, readPage(file)]));
const all = [...read].flatMap(([file, { links }]) => links.map((link) => ({ file, link })));
const inside = all.filter(({ link }) => !isOutside(link));

describe('links', () => {
  it('are found', () => expect(inside.length).toBeGreaterThan(100));

  it.each(inside)('$link in $file leads somewhere', ({ file, link }) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? file : normalize(join(dirname(file), path));
    expect(existsSync(join(root, target)), `there is no ${target}`).toBe(true);
    if (anchor === undefined) return;
    const page = statSync(join(root, target)).isDirectory() ? join(target, 'README.md') : target;
    expect([...(read.get(page)?.anchors ?? [])], `${page} has no heading of this name`).toContain(anchor);
  });

  it('lead to no host that nobody has looked at', () => {
    const urls = all.filter(({ link }) => isOutside(link)).map(({ link }) => new URL(link));
    expect(urls.filter(({ protocol }) => protocol !== 'https:')).toEqual([]);
    expect(urls.map(({ host }) => host).filter((host) => !linkHosts.has(host))).toEqual([]);
  });
});

describe('the sidebar', () => {
  const listed = sidebar()
    .flatMap(({ items = [] }) => items)
    .map(({ link = '' }) => link)
    .filter((link) => !link.startsWith('/api/'));

  it('lists every page, once', () => {
    const names = pages.map((page) =>
      page
        .replace(/^docs/, '')
        .replace(/\.md$/, '')
        .replace(/\/index$/, '/'),
    );
    expect(listed.toSorted()).toEqual(names.toSorted());
  });
});
