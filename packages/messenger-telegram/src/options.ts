import { ConfigurationError, checkOptions } from '@sitemessage/core';
import { checkBaseUrl, checkProxy, normalizeBaseUrl, type ProxyOption } from '@sitemessage/http';
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

/** @throws ConfigurationError `telegram_option`, or ArgumentError `option_invalid` for the proxy. Both name the option. */
export function readOptions(options: TelegramOptions): Settings {
  const { token, proxy, apiRoot = 'https://api.telegram.org', parseMode = 'plain', onTooLong = 'fail' } = options;
  const botId = typeof token === 'string' ? /^(\d+):[\w-]{20,}$/.exec(token)?.[1] : undefined;
  if (botId === undefined) throw wrong('token', 'must be what @BotFather gave: digits, a colon, and some 35 characters');
  if (!parseModes.includes(parseMode)) throw wrong('parseMode', "must be 'plain', 'HTML' or 'MarkdownV2'");
  if (onTooLong !== 'fail' && onTooLong !== 'split') throw wrong('onTooLong', "must be 'fail' or 'split'");
  checkOptions({ proxy }, { proxy: checkProxy }, { of: 'telegram' });
  const problem = checkBaseUrl(apiRoot);
  if (problem !== undefined) throw wrong('apiRoot', problem);
  return { token, botId, apiRoot: normalizeBaseUrl(apiRoot), proxy, parseMode, onTooLong };
}

const wrong = (name: string, problem: string): ConfigurationError =>
  new ConfigurationError(`telegram: \`${name}\` ${problem}.`, { code: 'telegram_option' });
