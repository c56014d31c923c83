import type { CommonOptions } from '@sitemessage/core';
import type { ProxyOption } from '@sitemessage/http';

/** As one account, by OAuth 1.0a or by OAuth 2.0. */
export type TwitterOptions = (TwitterOAuth1Options | TwitterOAuth2Options) & TwitterCommonOptions;

/** OAuth 1.0a (https://docs.x.com/fundamentals/authentication/oauth-1-0a/overview): tokens that do not run out, for as many processes as there are. */
interface TwitterOAuth1Options {
  /** API Key of the app. */
  readonly appKey: string;
  /** API Key Secret. */
  readonly appSecret: string;
  /** Of the account that posts, made after the app was set to "Read and write". */
  readonly accessToken: string;
  /** That token's secret. */
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
 * OAuth 2.0 with PKCE (https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code), as a user. Not for several processes at
 * once: X takes a refresh token once, and who comes second has none.
 */
export interface TwitterOAuth2 {
  /** Of the app. */
  readonly clientId: string;
  /** Of a confidential client. Default: none, for a public one. */
  readonly clientSecret?: string;
  /** With the scopes `tweet.read tweet.write users.read`, and `media.write` for media. It lasts two hours. */
  readonly accessToken: string;
  /** With the scope `offline.access`: gets the next access token, once. Default: none, and the messenger stops after two hours. */
  readonly refreshToken?: string;
  /**
   * Called with new tokens before they are used: store both, and give them to `twitter` next time. When it fails, or does not end within 10 s,
   * nothing is posted, and it is called again. Default: they live as long as the process, and the stored refresh token is of no use any more.
   */
  readonly onToken?: (token: TwitterToken) => void | Promise<void>;
}

export interface TwitterToken {
  readonly accessToken: string;
  readonly refreshToken: string;
}

interface TwitterCommonOptions {
  /** `socks5://user:password@host:1080` or `http://...`; by the target's protocol, or from a function called for each session. Default: none. */
  readonly proxy?: ProxyOption;
  /** Where the API is; also what is signed by OAuth 1.0a. Default `https://api.x.com`. */
  readonly apiRoot?: string;
  /**
   * Beyond 280 characters as X counts them: `fail`, or `thread`: up to 25 posts, each a reply to the one before, cut at the end of a line or
   * between words where it can be. One that is cut off goes on where it was, as long as the process lives; another process begins it again.
   * Default `fail`.
   */
  readonly onTooLong?: 'fail' | 'thread';
}

declare module '@sitemessage/core' {
  interface RegisteredMessengers {
    twitter: { address: string; options: TwitterOptions & CommonOptions };
  }
}
