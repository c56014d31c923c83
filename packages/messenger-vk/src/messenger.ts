import { createHash } from 'node:crypto';
import { defineMessenger, type Limit, type MessengerFactory } from '@sitemessage/core';
import { getAddress } from './address.ts';
import { openApi } from './api.ts';
import { readOptions, type Settings } from './options.ts';
import { send } from './send.ts';
import type { VkAddress, VkOptions } from './types.ts';

/** `satisfies` makes the compiler refuse a missing name. */
const optionNames = Object.keys({ accessToken: true, version: true, proxy: true, apiRoot: true, requestsPerSecond: true } satisfies Record<
  keyof VkOptions,
  true
>);

/**
 * Makes a messenger that posts on the walls of users and communities of VK
 * (https://dev.vk.com/en/method/wall.post), and sends private messages
 * (https://dev.vk.com/en/method/messages.send).
 *
 * Posting needs VK's consent: VK gives user tokens with the right `wall` in exceptional cases only.
 *
 * @throws ArgumentError `option_unknown` or `option_invalid`, which names the option and shows no secret.
 */
export const vk: MessengerFactory<'vk', VkOptions, VkAddress> & {
  /** Makes an address of a text, for example from a database. @throws AddressError `address`. */
  address(text: string): VkAddress;
} = Object.assign(
  defineMessenger<'vk', VkOptions, VkAddress>({
    alias: 'vk',
    package: '@sitemessage/messenger-vk',
    title: 'VK',
    optionNames,
    getAddress,
    create(options) {
      const settings = readOptions(options);
      const limits = limitsOf(settings);
      return {
        concurrency: concurrencyFor(settings.requestsPerSecond),
        limits: () => limits,
        async open() {
          const api = openApi(settings);
          return {
            send: (delivery, { signal }) => send(api, delivery, signal),
            close: async () => api.close(),
          };
        },
      };
    },
  }),
  { address: (text: string): VkAddress => getAddress(text as VkAddress) as VkAddress },
);

/**
 * Returns the limit of a token: https://dev.vk.com/en/api/api-requests. All messengers with the same token
 * have the same key. It is not a secret: 32 bits of a hash cannot reveal a token of about 500 random bits.
 * Two tokens share a key, and so a limit, once in four billion pairs.
 */
function limitsOf({ accessToken, requestsPerSecond }: Pick<Settings, 'accessToken' | 'requestsPerSecond'>): readonly Limit[] {
  const token = createHash('sha256').update(accessToken).digest('hex').slice(0, 8);
  // No burst, because VK's seconds begin at unknown times.
  return [{ key: `vk ${token}`, intervalMs: Math.ceil(1_000 / requestsPerSecond), burst: 1 }];
}

/**
 * Returns the sends in flight: enough when a request takes half a second. At most 10, so that a pause stops
 * most of them.
 */
const concurrencyFor = (requestsPerSecond: number): number => Math.min(10, Math.ceil(requestsPerSecond / 2));
