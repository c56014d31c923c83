import type { Html } from '@sitemessage/core';
import { documentOf } from './document.ts';
import { kindOf } from './kind.ts';
import type { Settings } from './options/options.ts';
import type { Page } from './pages/page.ts';

/** The page in HTML. Undefined where the application fails to make its own. */
export async function rendered(page: Page, { render, report, styles }: Settings): Promise<string | undefined> {
  if (!render) return documentOf(page, styles).markup;
  try {
    const made: Partial<Html> | undefined = await render(page);
    if (typeof made?.markup === 'string') return made.markup;
    throw new TypeError(`\`render\` must give what \`html\` makes, not ${kindOf(made)}.`);
  } catch (error) {
    report(error);
    return undefined;
  }
}
