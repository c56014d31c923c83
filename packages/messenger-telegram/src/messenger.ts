import { defineMessenger, type MessengerFactory } from '@sitemessage/core';
import { getAddress } from './address.ts';
import { openApi } from './api.ts';
import { limitsOf } from './limits.ts';
import { readOptions } from './options.ts';
import { send } from './send.ts';
import type { TelegramAddress, TelegramOptions } from './types.ts';

/** Enough for 30 a second while a request takes 300 ms. */
const concurrency = 10;

/** The compiler sees that none is missing. */
const optionNames = Object.keys({ token: true, proxy: true, apiRoot: true, parseMode: true, onTooLong: true } satisfies Record<
  keyof TelegramOptions,
  true
>);

/**
 * Telegram, as a bot: https://core.telegram.org/bots/api. A user has to write to the bot first; a channel or a group has to have it as a member.
 *
 * Not for one-time passwords and the like: the Bot API cannot be asked not to send a message twice, so a lost line can repeat one.
 *
 * @throws ConfigurationError `telegram_option`, or ArgumentError `option_invalid` for the proxy. Both name the option.
 */
export const telegram: MessengerFactory<'telegram', TelegramOptions, TelegramAddress> & {
  /** A text, from a database perhaps, as an address. @throws AddressError when it is none. */
  address(text: string): TelegramAddress;
} = Object.assign(
  defineMessenger<'telegram', TelegramOptions, TelegramAddress>({
    alias: 'telegram',
    package: '@sitemessage/messenger-telegram',
    title: 'Telegram',
    optionNames,
    getAddress,
    create(options) {
      const settings = readOptions(options);
      return {
        concurrency,
        limits: (address) => limitsOf(settings.botId, address),
        async open() {
          const api = openApi(settings);
          return {
            send: (delivery, { signal }) => send(api, delivery, settings, signal),
            close: async () => api.close(),
          };
        },
      };
    },
  }),
  { address: (text: string): TelegramAddress => getAddress(text as TelegramAddress) as TelegramAddress },
);
