import type { LinkSubject, LinkUser } from '@sitemessage/core/links';
import { kindOf } from './kind.ts';
import type { Settings } from './options/options.ts';

/** What the application says that the recipient's language is. It fails for nobody: the work is done, and there is the browser's language. */
export async function localeOf(recipient: LinkSubject | LinkUser, { locale, report }: Settings): Promise<string | undefined> {
  try {
    const own: unknown = await locale?.(recipient);
    if (own === undefined || typeof own === 'string') return own;
    throw new TypeError(`\`locale\` must give a text or undefined, not ${kindOf(own)}.`);
  } catch (error) {
    report(error);
    return undefined;
  }
}
