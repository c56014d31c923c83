import { createHash } from 'node:crypto';
import { type Html, html, raw } from '@sitemessage/core';
import { texts } from '../language.ts';
import { contentOf } from './content.ts';
import type { Page } from './page.ts';
import { style } from './style.ts';

/**
 * Makes the whole document of a page. Its title holds only texts of this package: `bdi` cannot isolate a name
 * there that turns the direction of the text.
 */
export function documentOf(page: Page, styles: string): Html {
  const { title, body } = contentOf(page, texts[page.language]);
  return html`<!doctype html>
<html lang="${page.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<title>${title}</title>
<style>${raw(style + styles)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
}

/** Returns the hash by which a Content-Security-Policy allows the style of the pages, and no other. */
export function styleHash(styles: string): string {
  return `sha256-${createHash('sha256')
    .update(style + styles)
    .digest('base64')}`;
}
