import { ConfigurationError, redactor, TransientError } from '@sitemessage/core';
import type { Account } from './account.ts';
import type { OAuth2Login, Settings } from './options.ts';
import { refresh } from './refresh.ts';
import type { TwitterToken } from './types.ts';

/** An account by OAuth 2.0, whose access token lasts two hours and whose refresh token is good for one use. */
export function createOAuth2(login: OAuth2Login, settings: Settings): Account {
  const { clientSecret, onToken } = login;
  let accessToken = login.accessToken;
  let refreshToken = login.refreshToken;
  /** What X has forgotten may still be in a reply of its. */
  let former: readonly string[] = [];
  let isStored = true;
  let renewing: Promise<void> | undefined;

  const secrets = (): readonly string[] => [clientSecret, accessToken, refreshToken, ...former].filter((secret) => secret !== undefined);

  const adopt = (token: TwitterToken): void => {
    former = secrets()
      .filter((secret) => secret !== clientSecret)
      .slice(0, 2);
    ({ accessToken, refreshToken } = token);
    isStored = onToken === undefined;
  };

  const store = async (): Promise<void> => {
    if (isStored || refreshToken === undefined) return;
    try {
      await onToken?.({ accessToken, refreshToken });
    } catch (error) {
      const cause = redactor(secrets()).cause(error);
      throw new ConfigurationError(`\`oauth2.onToken\` did not store the new tokens: ${cause?.message}`, {
        code: 'twitter_on_token',
        cause,
      });
    }
    isStored = true;
  };

  const renew = async (refused: string | undefined): Promise<void> => {
    // Somebody else's send may have met the same refusal, and have renewed it by now.
    if (refused === accessToken && refreshToken !== undefined) adopt(await refresh({ ...login, refreshToken }, settings, secrets));
    await store();
  };

  /** One at a time for all sends, and to its end, whoever has stopped waiting: a refresh token whose reply is lost is lost too. */
  const renewed = (refused: string | undefined, signal: AbortSignal): Promise<void> => {
    renewing ??= renew(refused).finally(() => {
      renewing = undefined;
    });
    return untilAborted(renewing, signal);
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
