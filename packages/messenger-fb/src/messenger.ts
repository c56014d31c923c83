import { defineMessenger, type MessengerFactory } from '@sitemessage/core';
import { getAddress } from './address.ts';
import { type GraphCredentials, openGraph } from './graph.ts';
import { readOptions } from './options.ts';
import { send } from './send.ts';
import type { FbAddress, FbOptions } from './types.ts';

/** One at a time: posts keep their order, and Facebook's rate limits allow no haste anyway. */
const concurrency = 1;

/** `satisfies` makes the compiler refuse a missing name. */
const optionNames = Object.keys({
  pageId: true,
  pageAccessToken: true,
  version: true,
  appSecret: true,
  proxy: true,
  apiRoot: true,
} satisfies Record<keyof FbOptions, true>);

/**
 * Makes a messenger that posts on a Facebook page: https://developers.facebook.com/docs/pages-api/posts. It
 * sends no private messages, and does not post on profiles, which Facebook allows no app since 2018.
 *
 * @throws ArgumentError `option_unknown` or `option_invalid`, which names the option and shows no secret.
 */
export const fb: MessengerFactory<'fb', FbOptions, FbAddress> & {
  /** Makes an address of a text, for example from a database. @throws AddressError `fb_address`. */
  address(text: string): FbAddress;
} = Object.assign(
  defineMessenger<'fb', FbOptions, FbAddress>({
    alias: 'fb',
    package: '@sitemessage/messenger-fb',
    title: 'Facebook',
    optionNames,
    getAddress,
    create(options) {
      const settings = readOptions(options);
      const credentials: GraphCredentials = { ...settings, token: settings.pageAccessToken };
      return {
        concurrency,
        async open() {
          const graph = openGraph(credentials);
          return {
            send: (delivery, { signal }) => send(graph, delivery, settings.pageId, signal),
            close: async () => graph.close(),
          };
        },
      };
    },
  }),
  { address: (text: string): FbAddress => getAddress(text as FbAddress) as FbAddress },
);
