import type { Update, UserFromGetMe } from '@grammyjs/types';
import { type Api, ApiRefusal, openApi, type ParametersOf } from './api.ts';
import { errorFor } from './errors.ts';
import { readOptions } from './options.ts';
import type { TelegramOptions } from './types.ts';

/** https://core.telegram.org/bots/api#update */
export type TelegramUpdate = Update;
/** https://core.telegram.org/bots/api#user */
export type TelegramUser = UserFromGetMe;

type Credentials = Pick<TelegramOptions, 'token' | 'proxy' | 'apiRoot'>;

const timeoutMs = 30_000;
/** What the Bot API gives at a time. */
const most = 100;

/**
 * Who the bot is. The way to see whether a token works.
 *
 * @throws ConfigurationError for a wrong token; TransientError when Telegram cannot be reached.
 */
export function getMe(options: Credentials): Promise<TelegramUser> {
  return withApi(options, (api, signal) => api.call('getMe', undefined, signal));
}

/**
 * What people did with the bot: up to 100 updates that nobody has acknowledged. Those before `offset` are acknowledged, and never come again.
 *
 * @throws ConfigurationError of code `telegram_conflict` while a webhook is set: then the updates go there, and only there.
 */
export function getUpdates(options: Credentials, parameters: ParametersOf<'getUpdates'> = {}): Promise<readonly TelegramUpdate[]> {
  const longPollMs = (parameters?.timeout ?? 0) * 1_000;
  return withApi(options, (api, signal) => api.call('getUpdates', parameters, signal), timeoutMs + longPollMs);
}

/**
 * The ids of the chats in which somebody has said `/start` to the bot since the last call, each once: whom it may write to. Everything that is
 * waiting is acknowledged, also what is no `/start`; so not for a bot that reads its updates elsewhere.
 *
 * @throws ConfigurationError of code `telegram_conflict` while a webhook is set.
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
