import { defineMessenger, type Limit, type MessengerFactory } from '@sitemessage/core';
import { getAddress, isGroup } from './address.ts';
import { openApi } from './api.ts';
import { readOptions } from './options.ts';
import { send } from './send.ts';
import type { TelegramAddress, TelegramOptions } from './types.ts';

/** The sends in flight in one session. Enough for 30 messages a second when a request takes 300 ms. */
const concurrency = 10;

/** `satisfies` makes the compiler refuse a missing name. */
const optionNames = Object.keys({ token: true, proxy: true, apiRoot: true, parseMode: true, onTooLong: true } satisfies Record<
  keyof TelegramOptions,
  true
>);

/**
 * Makes a messenger that sends as a Telegram bot: https://core.telegram.org/bots/api. A user must write to
 * the bot first. A channel or a group must have it as a member.
 *
 * Do not use it for one-time passwords. The Bot API has no idempotency key, so a broken connection can repeat
 * a message.
 *
 * @throws ArgumentError `option_unknown` or `option_invalid`, which names the option and shows no secret.
 */
export const telegram: MessengerFactory<'telegram', TelegramOptions, TelegramAddress> & {
  /** Makes an address of a text, for example from a database. @throws AddressError `telegram_address`. */
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

/**
 * Returns the limits of Telegram: about 30 messages a second for a bot, one a second to a chat, 20 a minute
 * to a group (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).
 */
function limitsOf(botId: string, address: string): readonly Limit[] {
  const bot = `telegram ${botId}`;
  const chat = `${bot} ${address}`;
  return [
    { key: bot, intervalMs: 35, burst: 1 },
    { key: chat, intervalMs: 1_000, burst: 1 },
    // 19 messages in any minute, and one more.
    ...(isGroup(address) ? [{ key: `${chat} group`, intervalMs: 3_158, burst: 1 }] : []),
  ];
}
