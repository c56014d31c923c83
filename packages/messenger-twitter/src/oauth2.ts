import { redactor, TransientError } from '@sitemessage/core';
import type { Account } from './account.ts';
import { handOver } from './hand-over.ts';
import type { OAuth2Login, Settings } from './options.ts';
import { refresh } from './refresh.ts';
import type { TwitterToken } from './types.ts';

/** How long a refresh that nobody waits for may take once a session is closed. Core waits for 5 s. */
const graceMs = 3_000;

/** X can show a token that it took long ago. So many are remembered, the last ones: with two hours for each pair, those of four days. */
const mostFormer = 100;

/** An account by OAuth 2.0, whose access token lasts two hours and whose refresh token is good for one use. */
export function createOAuth2(login: OAuth2Login, settings: Settings): Account {
  const { clientSecret, onToken } = login;
  let accessToken = login.accessToken;
  let refreshToken = login.refreshToken;
  let former: readonly string[] = [];
  let isStored = true;
  let renewing: Promise<void> | undefined;
  let ending = new AbortController();
  /** Who waits for it. */
  let waiting = 0;

  const secrets = (): readonly string[] => [clientSecret, accessToken, refreshToken, ...former].filter((secret) => secret !== undefined);

  const adopt = (token: TwitterToken): void => {
    former = [accessToken, refreshToken, ...former].filter((secret) => secret !== undefined).slice(0, mostFormer);
    ({ accessToken, refreshToken } = token);
    isStored = onToken === undefined;
  };

  const store = async (): Promise<void> => {
    if (isStored || refreshToken === undefined) return;
    const token = { accessToken, refreshToken };
    const storing = async (): Promise<void> => {
      await onToken?.(token);
      // Also when nobody has waited so long.
      if (token.accessToken === accessToken) isStored = true;
    };
    await handOver(storing(), redactor(secrets));
  };

  const renew = async (refused: string | undefined): Promise<void> => {
    // Somebody else's send may have met the same refusal, and have renewed it by now.
    if (refused === accessToken && refreshToken !== undefined) {
      ending = new AbortController();
      adopt(await refresh({ ...login, refreshToken }, settings, secrets, ending.signal));
    }
    await store();
  };

  /** One at a time for all sends, and to its end, whoever has stopped waiting: a refresh token whose reply is lost is lost too. */
  const renewed = async (refused: string | undefined, signal: AbortSignal): Promise<void> => {
    renewing ??= renew(refused).finally(() => {
      renewing = undefined;
    });
    waiting += 1;
    try {
      await untilAborted(renewing, signal);
    } finally {
      waiting -= 1;
    }
  };

  return {
    secrets,
    async as(signal, work) {
      if (!isStored || renewing) await renewed(undefined, signal);
      const used = accessToken;
      try {
        return await work(used);
      } catch (error) {
        if ((error as { readonly code?: unknown }).code !== 'twitter_unauthorized' || login.refreshToken === undefined) throw error;
      }
      await renewed(used, signal);
      return work(accessToken);
    },
    async rest() {
      if (!renewing) return;
      const { promise: over, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(() => {
        // Otherwise its connection would keep the process alive.
        if (waiting === 0) ending.abort();
        resolve();
      }, graceMs);
      await Promise.race([renewing.catch(() => undefined), over]);
      clearTimeout(timer);
    },
  };
}

function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void =>
      reject(new TransientError('Nothing was sent: it was aborted while new tokens were fetched.', { code: 'twitter_aborted' }));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
