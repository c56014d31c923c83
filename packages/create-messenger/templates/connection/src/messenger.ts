import { defineMessenger, type MessengerFactory } from '@sitemessage/core';
import { getAddress } from './address.ts';
import { optionNames, readOptions } from './options.ts';
import { openSession } from './session.ts';
import type { MyProtocolAddress, MyProtocolOptions } from './types.ts';

/**
 * The messages that wait for a reply in one session. CHANGE: 1 when replies do not name the message that
 * they answer.
 */
const concurrency = 10;

/**
 * Makes a messenger that sends from one account of the provider.
 *
 * CHANGE: a sentence about your provider, and a link to the documentation of its protocol.
 *
 * @throws ArgumentError `option_unknown` or `option_invalid`, which names the option and shows no secret.
 */
export const myProtocol: MessengerFactory<'my-protocol', MyProtocolOptions, MyProtocolAddress> = defineMessenger<
  'my-protocol',
  MyProtocolOptions,
  MyProtocolAddress
>({
  alias: 'my-protocol',
  package: 'sitemessage-messenger-my-protocol',
  title: 'My Protocol',
  optionNames,
  getAddress,
  create(options) {
    const settings = readOptions(options);
    // Core keeps a session for later batches. It closes it after 5 s idle, when it is lost, and when the
    // site closes.
    return { concurrency, open: (context) => openSession(settings, context) };
  },
});
