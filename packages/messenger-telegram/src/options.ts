import { ConfigurationError } from '@sitemessage/core';
import type { ProxyOption } from '@sitemessage/http';
import type { TelegramOptions } from './types.ts';

/** The options, checked, with nothing left to guess. */
export interface Settings {
  readonly token: string;
  /** Before the colon of the token. No secret. */
  readonly botId: string;
  readonly apiRoot: string;
  readonly proxy: ProxyOption | undefined;
  readonly parseMode: 'plain' | 'HTML' | 'MarkdownV2';
  readonly onTooLong: 'fail' | 'split';
}

const parseModes: readonly unknown[] = ['plain', 'HTML', 'MarkdownV2'];

/** @throws ConfigurationError that names the option. */
export function readOptions(options: TelegramOptions): Settings {
  const { token, proxy, apiRoot = 'https://api.telegram.org', parseMode = 'plain', onTooLong = 'fail' } = options;
  const botId = typeof token === 'string' ? /^(\d+):[\w-]{20,}$/.exec(token)?.[1] : undefined;
  if (botId === undefined) throw wrong('token', 'must be what @BotFather gave: digits, a colon, and some 35 characters');
  const root = URL.parse(String(apiRoot));
  if (!root || !['http:', 'https:'].includes(root.protocol)) throw wrong('apiRoot', 'must be an http or https URL');
  if (root.username + root.password + root.search + root.hash !== '') {
    throw wrong('apiRoot', 'must have no user, no password and nothing behind its path');
  }
  if (!parseModes.includes(parseMode)) throw wrong('parseMode', "must be 'plain', 'HTML' or 'MarkdownV2'");
  if (onTooLong !== 'fail' && onTooLong !== 'split') throw wrong('onTooLong', "must be 'fail' or 'split'");
  return { token, botId, apiRoot: root.href.replace(/\/+$/, ''), proxy, parseMode, onTooLong };
}

const wrong = (name: string, problem: string): ConfigurationError =>
  new ConfigurationError(`telegram: \`${name}\` ${problem}.`, { code: 'telegram_option' });
