import type { CommonOptions, MadeBy } from '@sitemessage/core';
import type { ProxyOption } from '@sitemessage/http';

/**
 * An indexed type, because the compiler's errors show its parts. Of a plain alias they show only the name.
 */
interface Addresses {
  fb: '' | number | `${number}` | MadeBy<'fb.address(text)'>;
}

/**
 * `''` for the page of the options, or the id of a page. A token is for one page, so Facebook refuses the id
 * of another page. `fb.address(text)` makes an address of a string, for example from a database.
 */
export type FbAddress = Addresses['fb'];

export interface FbOptions {
  /** The id of the page to post on, for example `61550000000001`. */
  readonly pageId: number | `${number}`;
  /**
   * The token of that page, with `pages_manage_posts` (https://developers.facebook.com/docs/pages-api/posts).
   * `getPageAccessTokens` gets one.
   */
  readonly pageAccessToken: string;
  /**
   * The version of the Graph API (https://developers.facebook.com/docs/graph-api/changelog/versions). Default
   * `v26.0`.
   */
  readonly version?: `v${number}.${number}`;
  /**
   * The secret of the app that made the token. With it, every request proves that the sender knows the
   * secret, which an app can demand
   * (https://developers.facebook.com/docs/graph-api/guides/secure-requests#appsecret_proof). The secret
   * itself is not sent. Default: none.
   */
  readonly appSecret?: string;
  /**
   * The URL of a proxy: `socks5://user:password@host:1080` or `http://...`. Also one URL for each protocol of
   * `apiRoot`, or a function, which is called for each session. Default: none.
   */
  readonly proxy?: ProxyOption;
  /** The URL of the Graph API. Default `https://graph.facebook.com`. */
  readonly apiRoot?: string;
}

declare module '@sitemessage/core' {
  interface RegisteredMessengers {
    fb: { address: FbAddress; options: FbOptions & CommonOptions };
  }
}
