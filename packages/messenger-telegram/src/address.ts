import { AddressError } from '@sitemessage/core';
import type { TelegramAddress } from './types.ts';

/**
 * A chat's id, or the name of a channel in lower case: Telegram does not tell `@News` from `@news`.
 *
 * @throws AddressError of code `telegram_address`.
 */
export function getAddress(given: TelegramAddress): string {
  const text = typeof given === 'number' ? String(given) : given;
  if (typeof text === 'string') {
    // 52 bits at most: https://core.telegram.org/bots/api#chat.
    if (/^-?[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text))) return text;
    if (/^@[A-Za-z][A-Za-z0-9_]{3,31}$/.test(text)) return text.toLowerCase();
  }
  throw new AddressError(
    'the address must be the id of a chat, such as 12345678 or -1001234567890, or the public name of a channel or group, such as @mychannel.',
    { code: 'telegram_address' },
  );
}

/** Whether several may read along: a group, a supergroup or a channel, where 20 messages a minute are allowed. */
export const isGroup = (address: string): boolean => address.startsWith('-') || address.startsWith('@');
