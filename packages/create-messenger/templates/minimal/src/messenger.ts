import { ConfigurationError, defineMessenger, type MessengerFactory, PermanentError } from '@sitemessage/core';
import { getAddress } from './address.ts';
import { errorFor, failureOf } from './errors.ts';
import type { MyProtocolAddress, MyProtocolOptions } from './types.ts';

/** CHANGE: a sentence about the provider, and what stands in the request. */
export const myProtocol: MessengerFactory<'my-protocol', MyProtocolOptions, MyProtocolAddress> = defineMessenger({
  alias: 'my-protocol',
  package: 'sitemessage-messenger-my-protocol',
  title: 'My Protocol',
  optionNames: ['token', 'apiRoot'],
  getAddress,
  create({ token, apiRoot = 'https://api.example.com/v1' }: MyProtocolOptions) {
    if (!token) throw new ConfigurationError('my-protocol: `token` is missing.', { code: 'my_protocol_option' });
    return {
      async send({ id, address, content: { text } }, context) {
        if (text === '') throw new PermanentError('there is no text to send', { code: 'my_protocol_empty' });
        const headers = { authorization: `Bearer ${token}`, 'idempotency-key': id };
        // The context is the signal, which stops the request.
        const request = { method: 'POST', headers, body: JSON.stringify({ to: address, text }), redirect: 'manual', ...context } as const;
        const response = await fetch(`${apiRoot}/messages`, request).catch((error: unknown) => {
          throw failureOf(error);
        });
        await response.body?.cancel();
        if (!response.ok) throw errorFor(response);
        return { providerId: id };
      },
    };
  },
});
