import { defineMessenger, type MessengerFactory } from '@sitemessage/core';
import { getAddress } from './address.ts';
import { openApi } from './api.ts';
import { limitsOf } from './limits.ts';
import { readOptions } from './options.ts';
import type { MyProtocolAddress, MyProtocolOptions } from './types.ts';

/** Requests at once. CHANGE: enough for the provider's pace while one takes as long as it takes. */
const concurrency = 10;

/** An option of another name is refused. The compiler sees that none is missing here. */
const optionNames = Object.keys({ token: true, apiRoot: true, proxy: true } satisfies Record<keyof MyProtocolOptions, true>);

/**
 * CHANGE: a sentence about the provider, and where its API is documented.
 *
 * @throws ConfigurationError `my_protocol_option`, or ArgumentError `option_invalid` for `apiRoot` and `proxy`. Both name the option.
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
    return {
      concurrency,
      limits: (address) => limitsOf(settings.token, address),
      async open() {
        // One for each session: its connections are kept as long as that, and a proxy that a function names is picked anew.
        const api = openApi(settings);
        return { send: (delivery, context) => api.send(delivery, context), close: async () => api.close() };
      },
    };
  },
});
