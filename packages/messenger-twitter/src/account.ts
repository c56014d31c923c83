import { ConfigurationError, type Redactor, redactor, TransientError } from '@sitemessage/core';
import type { TwitterApiTokens } from 'twitter-api-v2';
import type { OAuth1Login, OAuth2Login, Settings } from './options.ts';
import { refresh } from './refresh.ts';
import type { TwitterToken } from './types.ts';

/** The credentials that `twitter-api-v2` signs with: four keys, or an access token. */
type Credentials = TwitterApiTokens | string;

/** The account that posts. It lives as long as the messenger, so that all its sessions share the tokens. */
export interface Account {
  /**
   * Runs `work` with the current credentials. When X refuses an expired access token and there is a refresh
   * token, fetches new tokens and runs `work` once more.
   */
  withCredentials<T>(signal: AbortSignal, work: (credentials: Credentials) => Promise<T>): Promise<T>;
  /**
   * Waits up to 3 s for a refresh that is still running, then aborts it unless a send waits for it. Call it
   * when a session closes.
   */
  finishRefresh(): Promise<void>;
  /** Returns the secrets to redact. Call it again for each error, because tokens change. */
  secrets(): readonly string[];
}

export function createAccount(settings: Settings): Account {
  const { login } = settings;
  return login.kind === 'oauth2' ? createOAuth2Account(login, settings) : createOAuth1Account(login);
}

function createOAuth1Account({ appKey, appSecret, accessToken, accessSecret }: OAuth1Login): Account {
  const credentials: TwitterApiTokens = { appKey, appSecret, accessToken, accessSecret };
  return {
    withCredentials: (_, work) => work(credentials),
    finishRefresh: async () => undefined,
    secrets: () => Object.values(credentials),
  };
}

/**
 * The time that a refresh may still take after its session was closed, in milliseconds. Core waits 5 s for a
 * session to close.
 */
const graceMs = 3_000;

/**
 * The number of former secrets that are still redacted, because X can repeat an old token. With a refresh
 * every two hours: four days.
 */
const mostFormer = 100;

/** An access token lasts two hours. A refresh token can be used once. */
function createOAuth2Account(login: OAuth2Login, settings: Settings): Account {
  const { clientSecret, onToken } = login;
  let accessToken = login.accessToken;
  let refreshToken = login.refreshToken;
  let former: readonly string[] = [];
  let isStored = true;
  let refreshing: Promise<void> | undefined;
  let aborting = new AbortController();
  /** The number of sends that wait for the refresh. */
  let waiting = 0;

  const secrets = (): readonly string[] => [clientSecret, accessToken, refreshToken, ...former].filter((secret) => secret !== undefined);

  const replaceTokens = (token: TwitterToken): void => {
    former = [accessToken, refreshToken, ...former].filter((secret) => secret !== undefined).slice(0, mostFormer);
    ({ accessToken, refreshToken } = token);
    isStored = onToken === undefined;
  };

  const storeTokens = async (): Promise<void> => {
    if (isStored || refreshToken === undefined) return;
    const token = { accessToken, refreshToken };
    const storing = async (): Promise<void> => {
      await onToken?.(token);
      // It may end after the wait was given up. The tokens are stored then, too.
      if (token.accessToken === accessToken) isStored = true;
    };
    await waitForStoring(storing(), redactor(secrets));
  };

  const refreshTokens = async (refused: string | undefined): Promise<void> => {
    // Another send may have met the same refusal and refreshed the tokens already.
    if (refused === accessToken && refreshToken !== undefined) {
      aborting = new AbortController();
      replaceTokens(await refresh({ ...login, refreshToken }, settings, secrets, aborting.signal));
    }
    await storeTokens();
  };

  /**
   * One refresh serves all sends. It goes on after a send has stopped waiting: if its reply is lost, the
   * refresh token is lost too.
   */
  const joinRefresh = async (refused: string | undefined, signal: AbortSignal): Promise<void> => {
    refreshing ??= refreshTokens(refused).finally(() => {
      refreshing = undefined;
    });
    waiting += 1;
    try {
      await untilAborted(refreshing, signal);
    } finally {
      waiting -= 1;
    }
  };

  return {
    secrets,
    async withCredentials(signal, work) {
      if (!isStored || refreshing) await joinRefresh(undefined, signal);
      const used = accessToken;
      try {
        return await work(used);
      } catch (error) {
        if ((error as { readonly code?: unknown }).code !== 'twitter_unauthorized' || login.refreshToken === undefined) throw error;
      }
      await joinRefresh(used, signal);
      return work(accessToken);
    },
    async finishRefresh() {
      if (!refreshing) return;
      const { promise: timeout, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(() => {
        // An open connection would keep the process alive.
        if (waiting === 0) aborting.abort();
        resolve();
      }, graceMs);
      await Promise.race([refreshing.catch(() => undefined), timeout]);
      clearTimeout(timer);
    },
  };
}

const longestStoringMs = 10_000;

/**
 * Waits up to 10 s until `onToken` has stored new tokens.
 *
 * @throws ConfigurationError `twitter_on_token`.
 */
async function waitForStoring(storing: Promise<void>, redactor: Redactor): Promise<void> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`it did not end within ${longestStoringMs / 1_000} s.`)), longestStoringMs);
  // The send has its own timer, which keeps the process alive.
  timer.unref();
  try {
    await Promise.race([storing, timeout]);
  } catch (error) {
    const cause = redactor.cause(error);
    throw new ConfigurationError(`\`oauth2.onToken\` did not store the new tokens: ${cause?.message}`, { code: 'twitter_on_token', cause });
  } finally {
    clearTimeout(timer);
  }
}

function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void =>
      reject(new TransientError('Nothing was sent: the send was aborted while it waited for new tokens.', { code: 'twitter_aborted' }));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
