import { defineMessenger, type MessengerFactory } from '@sitemessage/core';
import { getAddress } from './address.ts';
import { readOptions } from './options.ts';
import { openSession } from './session.ts';
import type { MyProtocolAddress, MyProtocolOptions } from './types.ts';

/** Messages that wait for their replies on one line. CHANGE: 1 when the provider's replies cannot be told apart. */
const concurrency = 10;

/** An option of another name is refused. The compiler sees that none is missing here. */
const optionNames = Object.keys({ token: true, host: true, port: true, tls: true } satisfies Record<keyof MyProtocolOptions, true>);

/**
 * CHANGE: a sentence about the provider, and where its protocol is documented.
 *
 * @throws ConfigurationError of code `my_protocol_option` that names the option.
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
    // Core keeps a session over consecutive batches, and closes it after 5 s idle, when an error says that it is lost, and on stop.
    return { concurrency, open: (context) => openSession(settings, context) };
  },
});
