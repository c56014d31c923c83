import { defineMessenger, type MessengerFactory } from '@sitemessage/core';
import { getAddress } from './address.ts';
import { readOptions } from './options.ts';
import { send } from './send.ts';
import type { MyProtocolAddress, MyProtocolOptions } from './types.ts';

/**
 * CHANGE: a sentence about the provider.
 *
 * @throws ConfigurationError of code `my_protocol_option` that names the option.
 */
export const myProtocol: MessengerFactory<'my-protocol', MyProtocolOptions, MyProtocolAddress> = defineMessenger({
  alias: 'my-protocol',
  package: 'sitemessage-messenger-my-protocol',
  title: 'My Protocol',
  optionNames: ['token', 'apiRoot'],
  getAddress,
  create(options: MyProtocolOptions) {
    const settings = readOptions(options);
    return { send: (delivery, context) => send(settings, delivery, context) };
  },
});
