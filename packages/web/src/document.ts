import { createHash } from 'node:crypto';
import { type Html, html, raw } from '@sitemessage/core';
import { bodyOf } from './pages/body.ts';
import type { Page } from './pages/page.ts';
import { style } from './style.ts';
import { texts } from './texts/texts.ts';

/** A whole page. Its title is ours alone: what a browser shows there cannot be isolated from marks that turn the direction of writing. */
export function documentOf(page: Page, styles: string): Html {
  const body = bodyOf(page, texts[page.language]);
  return html`<!doctype html>
<html lang="${page.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex, nofollow">
<title>${body.title}</title>
<style>${raw(style + styles)}</style>
</head>
<body>
<main>
<h1>${body.title}</h1>
${body.content}
</main>
</body>
</html>
`;
}

/** By which a Content-Security-Policy lets in the style of the pages, and no other. */
export function styleHash(styles: string): string {
  return `sha256-${createHash('sha256')
    .update(style + styles)
    .digest('base64')}`;
}
