import { defineMessenger, type MessengerFactory } from '@sitemessage/core';
import { getAddress } from './address.ts';
import { optionNames, readOptions } from './options.ts';
import { Suspects } from './quarantine.ts';
import { openSession } from './session.ts';
import type { XmppOptions } from './types.ts';

/**
 * The most messages in flight, which one answer of the server settles. When the connection breaks, their
 * outcomes are unknown. Core leaves as many results unsettled.
 */
const concurrency = 50;

/**
 * Makes a messenger that sends messages to people and to rooms (RFC 6120, RFC 6121, XEP-0045), from your
 * account.
 *
 * @throws ArgumentError `option_unknown` or `option_invalid`, which names the option.
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
