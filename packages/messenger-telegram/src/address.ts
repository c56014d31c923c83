import { AddressError } from '@sitemessage/core';
import type { TelegramAddress } from './types.ts';

/**
 * Returns the id of a chat, or the name of a channel or group in lower case. Telegram does not distinguish
 * `@News` from `@news`.
 *
 * @throws AddressError `telegram_address`.
 */
export function getAddress(given: TelegramAddress): string {
  const text = typeof given === 'number' ? String(given) : given;
  if (typeof text === 'string') {
    // An id has at most 52 bits: https://core.telegram.org/bots/api#chat.
    if (/^-?[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text))) return text;
    if (/^@[A-Za-z][A-Za-z0-9_]{3,31}$/.test(text)) return text.toLowerCase();
  }
  throw new AddressError(
    'the address must be the id of a chat, for example 12345678 or -1001234567890, or the public name of a channel or group, for example @mychannel.',
    { code: 'telegram_address' },
  );
}

/**
 * Tells whether an address is a group, a supergroup or a channel. Telegram allows 20 messages a minute there.
 */
export const isGroup = (address: string): boolean => address.startsWith('-') || address.startsWith('@');
