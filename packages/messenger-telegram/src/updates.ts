import type { Update, UserFromGetMe } from '@grammyjs/types';
import { type Api, ApiRefusal, openApi, type ParametersOf } from './api.ts';
import { errorFor } from './errors.ts';
import { readOptions } from './options.ts';
import type { TelegramOptions } from './types.ts';

/** An update of the Bot API: https://core.telegram.org/bots/api#update. */
export type TelegramUpdate = Update;
/** A user of the Bot API: https://core.telegram.org/bots/api#user. */
export type TelegramUser = UserFromGetMe;

type Credentials = Pick<TelegramOptions, 'token' | 'proxy' | 'apiRoot'>;

const timeoutMs = 30_000;
/** The most updates in one reply. */
const most = 100;

/**
 * Returns the bot's user. Use it to test a token. Takes up to 30 s.
 *
 * @throws ArgumentError `option_invalid`. ConfigurationError `telegram_token` for a wrong token.
 * TransientError when Telegram cannot be reached.
 */
export function getMe(options: Credentials): Promise<TelegramUser> {
  return withApi(options, (api, signal) => api.call('getMe', undefined, signal));
}

/**
 * Returns up to 100 updates that were not acknowledged yet. `offset` acknowledges all updates before it, and
 * they never come again. Takes up to 30 s, or `timeout` s more.
 *
 * @throws ConfigurationError `telegram_conflict` while a webhook is set, because updates go only there. The
 * errors of `getMe`.
 */
export function getUpdates(options: Credentials, parameters: ParametersOf<'getUpdates'> = {}): Promise<readonly TelegramUpdate[]> {
  const longPollMs = (parameters?.timeout ?? 0) * 1_000;
  return withApi(options, (api, signal) => api.call('getUpdates', parameters, signal), timeoutMs + longPollMs);
}

/**
 * Returns the ids of the chats that sent `/start` to the bot since the last call, each once. The bot may
 * write to them. Acknowledges all waiting updates, also those without `/start`. So do not use it for a bot
 * that reads its updates elsewhere. Takes up to 30 s.
 *
 * @throws ConfigurationError `telegram_conflict` while a webhook is set. The errors of `getMe`.
 */
export function getChatIds(options: Credentials): Promise<readonly number[]> {
  return withApi(options, async (api, signal) => {
    const chats = new Set<number>();
    for (let offset = 0; ; ) {
      const updates = await api.call('getUpdates', { offset, limit: most }, signal);
      const last = updates.at(-1);
      if (!last) return [...chats];
      for (const { message } of updates) if (/^\/start(?!\w)/.test(message?.text ?? '')) chats.add(message?.chat.id as number);
      offset = last.update_id + 1;
    }
  });
}

async function withApi<T>(options: Credentials, work: (api: Api, signal: AbortSignal) => Promise<T>, mostMs = timeoutMs): Promise<T> {
  const api = openApi(readOptions(options));
  try {
    return await work(api, AbortSignal.timeout(mostMs));
  } catch (error) {
    throw error instanceof ApiRefusal ? errorFor(error.refusal) : error;
  } finally {
    api.close();
  }
}
