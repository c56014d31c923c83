import { defineMessenger, type MessengerFactory } from '@sitemessage/core';
import { getAddress } from './address.ts';
import { openApi } from './api.ts';
import { concurrencyFor, limitsOf } from './limits.ts';
import { readOptions } from './options.ts';
import { send } from './send.ts';
import type { VkAddress, VkOptions } from './types.ts';

/** The compiler sees that none is missing. */
const optionNames = Object.keys({ accessToken: true, version: true, proxy: true, apiRoot: true, requestsPerSecond: true } satisfies Record<
  keyof VkOptions,
  true
>);

/**
 * VK: posts on the walls of users and communities (https://dev.vk.com/en/method/wall.post), and private messages
 * (https://dev.vk.com/en/method/messages.send).
 *
 * Not for posting without VK's consent: a user's token with the right `wall` is given out in exceptional cases only.
 *
 * @throws ConfigurationError `vk_option`, or ArgumentError `option_invalid` for the proxy. Both name the option.
 */
export const vk: MessengerFactory<'vk', VkOptions, VkAddress> & {
  /** A text, from a database perhaps, as an address. @throws AddressError when it is none. */
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
