import { existsSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path/posix';
import type { MarkdownOptions } from 'vitepress';

type Markdown = Parameters<NonNullable<MarkdownOptions['config']>>[0];

const root = new URL('..', import.meta.url);

/** Returns the file in the repository that a page shows. Pages of packages and benchmarks include one from elsewhere. */
function sourceOf(page: string): string {
  const [, folder] = /^packages\/(.+)\.md$/.exec(page) ?? [];
  if (folder) return `packages/${folder}/README.md`;
  return page === 'benchmarks.md' ? 'benchmarks/RESULTS.md' : join('docs', page);
}

/** Returns the page that shows a file or a folder of the repository. `undefined` when there is none. */
function pageOf(path: string): string | undefined {
  const [, folder] = /^packages\/([^/]+)(?:\/README\.md)?\/?$/.exec(path) ?? [];
  if (folder) return `packages/${folder}.md`;
  if (path === 'benchmarks/RESULTS.md') return 'benchmarks.md';
  if (path === 'README.md') return 'index.md';
  const [, page] = /^docs\/(.+\.md)$/.exec(path) ?? [];
  return page;
}

/**
 * Returns the address of a link on the site. Links in documents are written for the repository. A link to a file that is
 * no page leads to `sourceUrl`. Without a `sourceUrl` it becomes text.
 *
 * @throws Error for a link to a file that does not exist.
 */
function resolveLink(href: string, page: string, sourceUrl: string | undefined): string | undefined {
  if (/^(?:[a-z]+:|#|\/)/i.test(href)) return href;
  const [path = '', hash = ''] = href.split(/(?=#)/);
  const file = normalize(join(dirname(sourceOf(page)), path));
  const target = pageOf(file);
  if (target !== undefined) return `/${target}${hash}`;
  if (!existsSync(new URL(file, root))) throw new Error(`${sourceOf(page)}: there is no ${file}`);
  return sourceUrl === undefined ? undefined : `${sourceUrl}/${file}${hash}`;
}

/** Returns the path of an image, seen from the page that includes the document. */
const resolveImage = (src: string, page: string): string =>
  /^[a-z]+:/i.test(src) ? src : relative(join('docs', dirname(page)), join(dirname(sourceOf(page)), src)).replace(/^(?!\.)/, './');

/** Plugin of markdown-it that resolves links and images of a page. */
export function linksOfTheSite(markdown: Markdown, sourceUrl: string | undefined): void {
  markdown.core.ruler.push('links-of-the-site', ({ tokens, env }) => {
    const page: string = env.relativePath;
    if (page.startsWith('api/')) return;
    for (const { children } of tokens) {
      const open: { tag: string }[] = [];
      for (const token of children ?? []) {
        // Vue would take `{{ }}` in it for an expression.
        if (token.type === 'code_inline') token.attrSet('v-pre', '');
        if (token.type === 'image') token.attrSet('src', resolveImage(String(token.attrGet('src')), page));
        if (token.type === 'link_open') {
          const href = resolveLink(String(token.attrGet('href')), page, sourceUrl);
          if (href === undefined) Object.assign(token, { type: 'span_open', tag: 'span', attrs: null });
          else token.attrSet('href', href);
          open.push(token);
        }
        if (token.type === 'link_close' && open.pop()?.tag === 'span') Object.assign(token, { type: 'span_close', tag: 'span' });
      }
    }
  });
}

/** Makes the anchor of a heading as GitHub does, so that a link to one works there and here. */
export const slugify = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
