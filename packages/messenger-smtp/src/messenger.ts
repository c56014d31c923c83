import { defineMessenger, type MessengerFactory } from '@sitemessage/core';
import { getAddress } from './address.ts';
import { readOptions } from './options.ts';
import { openSession } from './session.ts';
import type { SmtpOptions } from './types.ts';

/**
 * E-mail through an SMTP server: a submission service (RFC 6409) or a relay.
 *
 * @throws ConfigurationError that names the option which is missing or wrong.
 */
export const smtp: MessengerFactory<'smtp', SmtpOptions, string> = defineMessenger<'smtp', SmtpOptions>({
  alias: 'smtp',
  package: '@sitemessage/messenger-smtp',
  title: 'E-mail',
  getAddress,
  create(options) {
    const settings = readOptions(options);
    return { concurrency: settings.connections, open: (context) => openSession(settings, context) };
  },
});
