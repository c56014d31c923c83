import { defineMessenger, type MessengerFactory } from '@sitemessage/core';
import { getAddress } from './address.ts';
import { readOptions } from './options.ts';
import { openSession } from './session.ts';
import { Suspects } from './suspects.ts';
import type { XmppOptions } from './types.ts';

/** Messages that wait for one answer of the server together; they are what is unknown when the line breaks. As many as core leaves unsettled. */
const concurrency = 50;

/** The compiler sees that none is missing. */
const optionNames = Object.keys({
  jid: true,
  password: true,
  host: true,
  port: true,
  service: true,
  tls: true,
  ca: true,
  resource: true,
  proxy: true,
} satisfies Record<keyof XmppOptions, true>);

/**
 * Chat messages and messages to rooms (RFC 6120, RFC 6121, XEP-0045), from an account of your own.
 *
 * @throws ConfigurationError that names the option which is missing or wrong.
 */
export const xmpp: MessengerFactory<'xmpp', XmppOptions, string> = defineMessenger<'xmpp', XmppOptions>({
  alias: 'xmpp',
  package: '@sitemessage/messenger-xmpp',
  title: 'XMPP',
  optionNames,
  getAddress,
  create(options) {
    const settings = readOptions(options);
    const suspects = new Suspects();
    return { concurrency, open: (context) => openSession(settings, suspects, context) };
  },
});
