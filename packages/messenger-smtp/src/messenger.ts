import { defineMessenger, type MessengerFactory } from '@sitemessage/core';
import { getAddress } from './address.ts';
import { readOptions } from './options.ts';
import { openSession } from './session.ts';
import type { SmtpOptions } from './types.ts';

/** The compiler sees that none is missing. */
const optionNames = Object.keys({
  from: true,
  url: true,
  host: true,
  port: true,
  user: true,
  password: true,
  oauth2: true,
  tls: true,
  ca: true,
  connections: true,
  proxy: true,
  replyTo: true,
  headers: true,
  dkim: true,
  name: true,
} satisfies Record<keyof SmtpOptions, true>);

/** Options of nodemailer. */
const optionHints = {
  auth: 'Here an account is `user` and `password`, or `user` and `oauth2`.',
  pass: 'Here it is `password`.',
  secure: "Here it is `tls: 'implicit'` for true, and `tls: 'starttls'`, the default, for false.",
  requireTLS: "Here it is `tls: 'starttls'`, the default.",
  ignoreTLS: "Here it is `tls: 'none'`.",
  pool: 'Here connections are always kept; `connections` says how many.',
  maxConnections: 'Here it is `connections`.',
  service: 'Give `host`, or a `url`, from the documentation of the service.',
};

/**
 * E-mail through an SMTP server: a submission service (RFC 6409) or a relay.
 *
 * @throws ConfigurationError that names the option which is missing or wrong.
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
