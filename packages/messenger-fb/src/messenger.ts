import { defineMessenger, type MessengerFactory } from '@sitemessage/core';
import { getAddress } from './address.ts';
import { type GraphCredentials, openGraph } from './graph.ts';
import { readOptions } from './options.ts';
import { send } from './send.ts';
import type { FbAddress, FbOptions } from './types.ts';

/** Posts stand on the page in the order in which they came, and Facebook's limits leave nothing to hurry for. */
const concurrency = 1;

/** The compiler sees that none is missing. */
const optionNames = Object.keys({
  pageId: true,
  pageAccessToken: true,
  version: true,
  appSecret: true,
  proxy: true,
  apiRoot: true,
} satisfies Record<keyof FbOptions, true>);

/**
 * Posts on a Facebook page: https://developers.facebook.com/docs/pages-api/posts. Not on a profile, which Facebook lets no app do since 2018,
 * and no private messages.
 *
 * @throws ConfigurationError `fb_option`, or ArgumentError `option_invalid` for the proxy. Both name the option.
 */
export const fb: MessengerFactory<'fb', FbOptions, FbAddress> & {
  /** A text, from a database perhaps, as an address. @throws AddressError when it is none. */
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
