import type { LinkSubject, LinkUser } from '@sitemessage/core/links';
import type { Settings } from './options.ts';
import type { Page } from './pages/page.ts';

/**
 * Calls `locale` of the options. An error is reported, and the browser's language is used: the request
 * itself has succeeded.
 */
export async function localeOf(recipient: LinkSubject | LinkUser, { locale, report }: Settings): Promise<string | undefined> {
  try {
    const value: unknown = await locale?.(recipient);
    if (value === undefined || typeof value === 'string') return value;
    throw new TypeError(`\`locale\` must return a string or undefined, not ${kindOf(value)}.`);
  } catch (error) {
    report(error);
    return undefined;
  }
}

/** Calls `render` of the options and returns its HTML. An error is reported, and the result is undefined. */
export async function renderOwnPage(
  page: Page,
  render: NonNullable<Settings['render']>,
  report: Settings['report'],
): Promise<string | undefined> {
  try {
    const value: unknown = await render(page);
    const { markup } = Object(value) as { readonly markup?: unknown };
    if (typeof markup === 'string') return markup;
    throw new TypeError(`\`render\` must return a value of \`html\`, not ${kindOf(value)}.`);
  } catch (error) {
    report(error);
    return undefined;
  }
}

/** Names the type of a value, and shows nothing of it. */
function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
