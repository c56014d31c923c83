import { defineMessenger, type MessengerFactory } from '@sitemessage/core';
import { createAccount } from './account.ts';
import { getAddress } from './address.ts';
import { openApi } from './api.ts';
import { textsOf } from './content.ts';
import { readOptions } from './options.ts';
import { limitsOf } from './rate-limits.ts';
import { createProgressMemory, send } from './send.ts';
import type { TwitterOptions } from './types.ts';

/** One at a time: posts keep their order, and the limits of X allow one post in 9 s anyway. */
const concurrency = 1;

/** `satisfies` makes the compiler refuse a missing name. */
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
 * Makes a messenger that posts on X, formerly Twitter:
 * https://docs.x.com/x-api/posts/manage-tweets/introduction. It sends no private messages. Every post costs
 * money. X forbids to mention people who have not asked for it
 * (https://help.x.com/en/rules-and-policies/x-automation).
 *
 * @throws ArgumentError `option_unknown` or `option_invalid`, which names the option and shows no secret.
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
    const memory = createProgressMemory();
    return {
      concurrency,
      limits: () => limits,
      async open() {
        const api = openApi(settings, account);
        return {
          send: ({ id, address, content }, { signal }) =>
            memory.attempt(
              id,
              () => textsOf(address, content, settings),
              (progress) => send(api, content, progress, signal),
            ),
          async close() {
            api.close();
            await account.finishRefresh();
          },
        };
      },
    };
  },
});
