import type { Limit } from '@sitemessage/core';
import { isGroup } from './address.ts';

/** Some 30 messages a second in all, one a second to a chat, 20 a minute to a group: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this. */
export function limitsOf(botId: string, address: string): readonly Limit[] {
  const bot = `telegram ${botId}`;
  const chat = `${bot} ${address}`;
  return [
    { key: bot, intervalMs: 35, burst: 1 },
    { key: chat, intervalMs: 1_000, burst: 1 },
    // In any minute 19, and one more.
    ...(isGroup(address) ? [{ key: `${chat} group`, intervalMs: 3_158, burst: 1 }] : []),
  ];
}
