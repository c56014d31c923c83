import { defineMessenger, type MessengerFactory } from '@sitemessage/core';
import { getAddress } from './address.ts';
import { optionNames, readOptions } from './options.ts';
import { send } from './send.ts';
import type { MyProtocolAddress, MyProtocolOptions } from './types.ts';

/**
 * Makes a messenger that sends from one account of the provider.
 *
 * CHANGE: a sentence about your provider, and a link to the documentation of its API.
 *
 * @throws ArgumentError `option_unknown` or `option_invalid`, which names the option and shows no secret.
 */
export const myProtocol: MessengerFactory<'my-protocol', MyProtocolOptions, MyProtocolAddress> = defineMessenger({
  alias: 'my-protocol',
  package: 'sitemessage-messenger-my-protocol',
  title: 'My Protocol',
  optionNames,
  getAddress,
  create(options: MyProtocolOptions) {
    const settings = readOptions(options);
    return { send: (delivery, context) => send(settings, delivery, context) };
  },
});
