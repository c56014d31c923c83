import MarkdownIt from 'markdown-it';
import { slugify } from '../markdown.ts';
import { read } from './files.ts';

const parser = new MarkdownIt({ html: true });

export interface Page {
  readonly links: readonly string[];
  readonly anchors: ReadonlySet<string>;
}

/** Links, images and headings of a file; those in code are none. */
export function readPage(file: string): Page {
  const links: string[] = [];
  const anchors = new Set<string>();
  const tokens = parser.parse(read(file), {});
  for (const [index, { type, children, content }] of tokens.entries()) {
    if (type === 'html_block') links.push(...[...content.matchAll(/(?:href|src|srcset)="([^"]+)"/g)].map(([, link = '']) => link));
    for (const token of children ?? []) {
      const link = token.attrGet('href') ?? token.attrGet('src');
      if (link !== null) links.push(decodeURI(link));
    }
    if (type === 'heading_open') {
      const text = tokens[index + 1]?.children?.map((child) => child.content).join('') ?? '';
      anchors.add(unused(slugify(text), anchors));
    }
  }
  return { links, anchors };
}

function unused(slug: string, taken: ReadonlySet<string>): string {
  for (let count = 0; ; count += 1) {
    const candidate = count === 0 ? slug : `${slug}-${count}`;
    if (!taken.has(candidate)) return candidate;
  }
}
