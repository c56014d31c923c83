import type { TwitterApiTokens } from 'twitter-api-v2';
import { createOAuth2 } from './oauth2.ts';
import type { Settings } from './options.ts';

/** What the library signs with: four keys, or an access token alone. */
type Credentials = TwitterApiTokens | string;

/** Who posts. Lives as long as the messenger: what it learns in one session holds for the next ones. */
export interface Account {
  /** Does it with the credentials of now; once more with new ones, when X says that they have run out and there are new ones to be had. */
  as<T>(signal: AbortSignal, work: (credentials: Credentials) => Promise<T>): Promise<T>;
  /** Called when a session is closed. Ends what nobody waits for any more, after a while in which it may still come to its end. */
  rest(): Promise<void>;
  /** What must be seen in no error. */
  secrets(): readonly string[];
}

export function createAccount(settings: Settings): Account {
  const { login } = settings;
  if (login.kind === 'oauth2') return createOAuth2(login, settings);
  const { appKey, appSecret, accessToken, accessSecret } = login;
  const credentials: TwitterApiTokens = { appKey, appSecret, accessToken, accessSecret };
  return {
    as: (_, work) => work(credentials),
    rest: async () => undefined,
    secrets: () => Object.values(credentials),
  };
}
