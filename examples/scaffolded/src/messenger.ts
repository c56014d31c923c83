import { createHash } from 'node:crypto';
import { defineMessenger, type Limit, type MessengerFactory } from '@sitemessage/core';
import { getAddress } from './address.ts';
import { openApi } from './api.ts';
import { optionNames, readOptions } from './options.ts';
import type { PigeonPostAddress, PigeonPostOptions } from './types.ts';

/**
 * The requests in flight in one session. CHANGE: the provider's messages a second, times the seconds of a
 * request.
 */
const concurrency = 10;

/**
 * Makes a messenger that sends from one account of the provider.
 *
 * CHANGE: a sentence about your provider, and a link to the documentation of its API.
 *
 * @throws ArgumentError `option_unknown` or `option_invalid`, which names the option and shows no secret.
 */
export const pigeonPost: MessengerFactory<'pigeon-post', PigeonPostOptions, PigeonPostAddress> = defineMessenger<
  'pigeon-post',
  PigeonPostOptions,
  PigeonPostAddress
>({
  alias: 'pigeon-post',
  package: 'sitemessage-messenger-pigeon-post',
  title: 'Pigeon Post',
  optionNames,
  getAddress,
  create(options) {
    const settings = readOptions(options);
    return {
      concurrency,
      limits: (address) => limitsOf(settings.token, address),
      async open() {
        // Each session has its own connections. A `proxy` function is called for each session.
        const api = openApi(settings);
        return { send: (delivery, context) => api.send(delivery, context), close: async () => api.close() };
      },
    };
  },
});

/**
 * Returns the rate limits of the provider: 20 messages a second for an account, and one a second to a
 * recipient after the first three. Core applies them for all workers that share a storage. The key is
 * stored, so it has a part of a hash in place of the token.
 *
 * CHANGE: the limits of your provider.
 */
function limitsOf(token: string, address: string): readonly Limit[] {
  const account = createHash('sha256').update(token).digest('hex').slice(0, 8);
  return [
    { key: `pigeon-post ${account}`, intervalMs: 50, burst: 1 },
    { key: `pigeon-post ${account} ${address}`, intervalMs: 1_000, burst: 3 },
  ];
}
