import type { Sitemessage } from '@sitemessage/core';
import { refuse } from './options/refuse.ts';

const methods = ['unsubscribeRecipient', 'getRecipientPreferences', 'setRecipientPreferences', 'reportOutcome'] as const;

/** What is asked of a site. */
export type WebSite = Pick<Sitemessage, (typeof methods)[number]>;

/** @throws ConfigurationError for what is no site. */
export function checkSite(site: WebSite): void {
  const missing = methods.find((method) => typeof site?.[method] !== 'function');
  if (missing !== undefined) refuse(`\`site\` of createWebHandler must be what \`createSitemessage\` makes; it has no \`${missing}\`.`);
}
