import { check, checkOptions, type OptionCheck } from '@sitemessage/core';
import { checkBaseUrl, checkProxy, normalizeBaseUrl, type ProxyOption } from '@sitemessage/http';
import type { TelegramOptions } from './types.ts';

/** The checked options, with their defaults. */
export interface Settings {
  readonly token: string;
  /** The part of the token before the colon. It is not a secret. */
  readonly botId: string;
  readonly apiRoot: string;
  readonly proxy: ProxyOption | undefined;
  readonly parseMode: 'plain' | 'HTML' | 'MarkdownV2';
  readonly onTooLong: 'fail' | 'split';
}

const checkToken: OptionCheck = (value) =>
  typeof value === 'string' && /^\d+:[\w-]{20,}$/.test(value)
    ? undefined
    : 'must be the token that @BotFather gave: digits, a colon, and about 35 characters';

const checks: Readonly<Record<keyof TelegramOptions, OptionCheck>> = {
  token: checkToken,
  proxy: checkProxy,
  apiRoot: checkBaseUrl,
  parseMode: check.oneOf(['plain', 'HTML', 'MarkdownV2']),
  onTooLong: check.oneOf(['fail', 'split']),
};

/**
 * A missing token counts as an empty text, so that its check refuses it.
 *
 * @throws ArgumentError `option_invalid`. It does not show the token.
 */
export function readOptions(options: TelegramOptions): Settings {
  const { token = '', proxy, apiRoot = 'https://api.telegram.org', parseMode = 'plain', onTooLong = 'fail' } = options;
  checkOptions({ token, proxy, apiRoot, parseMode, onTooLong }, checks, { of: 'telegram' });
  const botId = token.slice(0, token.indexOf(':'));
  return { token, botId, apiRoot: normalizeBaseUrl(apiRoot), proxy, parseMode, onTooLong };
}
