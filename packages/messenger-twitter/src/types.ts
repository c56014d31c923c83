import type { CommonOptions } from '@sitemessage/core';
import type { ProxyOption } from '@sitemessage/http';

/** Options for one account, with a login by OAuth 1.0a or OAuth 2.0. */
export type TwitterOptions = (TwitterOAuth1Options | TwitterOAuth2Options) & TwitterCommonOptions;

/**
 * A login by OAuth 1.0a: https://docs.x.com/fundamentals/authentication/oauth-1-0a/overview. Its tokens do
 * not expire, and any number of processes can use them.
 */
interface TwitterOAuth1Options {
  /** The API Key of the app. */
  readonly appKey: string;
  /** The API Key Secret of the app. */
  readonly appSecret: string;
  /** The Access Token of the account that posts. Make it after the app was set to "Read and write". */
  readonly accessToken: string;
  /** The Access Token Secret of that token. */
  readonly accessSecret: string;
  readonly oauth2?: never;
}

interface TwitterOAuth2Options {
  readonly oauth2: TwitterOAuth2;
  readonly appKey?: never;
  readonly appSecret?: never;
  readonly accessToken?: never;
  readonly accessSecret?: never;
}

/**
 * A user's login by OAuth 2.0 with PKCE:
 * https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code. Use it in one process only: X
 * accepts a refresh token once, so a second process would lose the login.
 */
export interface TwitterOAuth2 {
  /** The Client ID of the app. */
  readonly clientId: string;
  /** The Client Secret of a confidential client. Default: none, for a public client. */
  readonly clientSecret?: string;
  /**
   * The user's access token, with the scopes `tweet.read tweet.write users.read`, and `media.write` for
   * media. It lasts two hours.
   */
  readonly accessToken: string;
  /**
   * The user's refresh token, with the scope `offline.access`. It gets the next access token, once. Default:
   * none. Then the messenger stops after two hours.
   */
  readonly refreshToken?: string;
  /**
   * Stores new tokens. It is called before they are used. Store both, and pass them to `twitter` when the
   * process starts again. If it fails or takes longer than 10 s, nothing is posted, and the next send calls
   * it again. Default: none. Then new tokens are lost when the process ends, and the tokens that you have
   * stored no longer work.
   */
  readonly onToken?: (token: TwitterToken) => void | Promise<void>;
}

/** The tokens that `onToken` stores. */
export interface TwitterToken {
  readonly accessToken: string;
  readonly refreshToken: string;
}

interface TwitterCommonOptions {
  /**
   * The URL of a proxy: `socks5://user:password@host:1080` or `http://...`. Also one URL for each protocol of
   * `apiRoot`, or a function, which is called for each session. Default: none.
   */
  readonly proxy?: ProxyOption;
  /** The URL of the API. OAuth 1.0a signs it. Default `https://api.x.com`. */
  readonly apiRoot?: string;
  /**
   * The handling of a text of more than 280 characters, as X counts them. `fail` refuses it. `thread` sends
   * up to 25 posts, each a reply to the one before, split at the end of a line or between words where
   * possible. The same process continues a thread that failed. Another process begins it again. Default
   * `fail`.
   */
  readonly onTooLong?: 'fail' | 'thread';
}

declare module '@sitemessage/core' {
  interface RegisteredMessengers {
    twitter: { address: string; options: TwitterOptions & CommonOptions };
  }
}
