import { defineMessenger, type MessengerFactory } from '@sitemessage/core';
import { getAddress } from './address.ts';
import { optionNames, readOptions } from './options.ts';
import { openSession } from './session.ts';
import type { SmtpOptions } from './types.ts';

/** Advice for the options of nodemailer. */
const optionHints = {
  auth: 'Give `user` and `password`, or `user` and `oauth2`.',
  pass: 'Give `password`.',
  secure: "Give `tls: 'implicit'` for true. For false, give `tls: 'starttls'`, which is the default.",
  requireTLS: "Give `tls: 'starttls'`, which is the default.",
  ignoreTLS: "Give `tls: 'none'`.",
  pool: 'Connections are always kept. Give `connections` for their number.',
  maxConnections: 'Give `connections`.',
  service: 'Give `host` or `url`, from the documentation of the service.',
};

/**
 * Makes a messenger that sends e-mail through an SMTP server: a submission service (RFC 6409) or a relay.
 *
 * @throws ArgumentError `option_unknown` or `option_invalid`, which names the option.
 */
export const smtp: MessengerFactory<'smtp', SmtpOptions, string> = defineMessenger<'smtp', SmtpOptions>({
  alias: 'smtp',
  package: '@sitemessage/messenger-smtp',
  title: 'E-mail',
  optionNames,
  optionHints,
  getAddress,
  create(options) {
    const settings = readOptions(options);
    const tokens: string[] = [];
    return { concurrency: settings.connections, open: (context) => openSession(settings, tokens, context) };
  },
});
