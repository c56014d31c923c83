import { defineMessenger, type MessengerFactory } from '@sitemessage/core';
import { createAccount } from './account.ts';
import { getAddress } from './address.ts';
import { openApi } from './api.ts';
import { textsOf } from './content.ts';
import { limitsOf } from './limits.ts';
import { readOptions } from './options.ts';
import { createMemory } from './progress.ts';
import { send } from './send.ts';
import type { TwitterOptions } from './types.ts';

/** Posts stand in the order in which they came, and X's limits leave nothing to hurry for. */
const concurrency = 1;

/** The compiler sees that none is missing. */
const optionNames = Object.keys({
  appKey: true,
  appSecret: true,
  accessToken: true,
  accessSecret: true,
  oauth2: true,
  proxy: true,
  apiRoot: true,
  onTooLong: true,
} satisfies Record<keyof TwitterOptions, true>);

/**
 * Posts on X, formerly Twitter: https://docs.x.com/x-api/posts/manage-tweets/introduction. Every post costs money, and mentioning people who
 * have not asked for it is forbidden (https://help.x.com/en/rules-and-policies/x-automation). No private messages.
 *
 * @throws ConfigurationError `twitter_option`, or ArgumentError `option_invalid` for the proxy. Both name the option.
 */
export const twitter: MessengerFactory<'twitter', TwitterOptions> = defineMessenger<'twitter', TwitterOptions>({
  alias: 'twitter',
  package: '@sitemessage/messenger-twitter',
  title: 'X (Twitter)',
  optionNames,
  getAddress,
  create(options) {
    const settings = readOptions(options);
    const account = createAccount(settings);
    const limits = limitsOf(settings.login, options.alias ?? 'twitter');
    const memory = createMemory();
    return {
      concurrency,
      limits: () => limits,
      async open() {
        const api = openApi(settings, account);
        return {
          send: ({ id, address, content }, { signal }) =>
            memory.follow(
              id,
              () => textsOf(address, content, settings),
              (progress) => send(api, content, progress, signal),
            ),
          async close() {
            api.close();
            await account.rest();
          },
        };
      },
    };
  },
});
