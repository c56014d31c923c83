import type { CommonOptions, MadeBy } from '@sitemessage/core';
import type { ProxyOption } from '@sitemessage/http';

/** The compiler shows the parts of a type that is looked up, and only the name of any other. */
interface Addresses {
  fb: '' | number | `${number}` | MadeBy<'fb.address(text)'>;
}

/**
 * `''`: the page of the options. Or the id of a page, which has to be that page too: a token is for one page. `fb.address(text)` makes
 * one of any other string, such as one from a database.
 */
export type FbAddress = Addresses['fb'];

export interface FbOptions {
  /** Of the page that is posted to, such as `61550000000001`. */
  readonly pageId: number | `${number}`;
  /** Of that page, with `pages_manage_posts` (https://developers.facebook.com/docs/pages-api/posts). See `getPageAccessTokens`. */
  readonly pageAccessToken: string;
  /** Of the Graph API (https://developers.facebook.com/docs/graph-api/changelog/versions). Default `v26.0`. */
  readonly version?: `v${number}.${number}`;
  /**
   * Of the app that the token is from. With it every request proves that it comes from whoever knows it
   * (https://developers.facebook.com/docs/graph-api/guides/secure-requests#appsecret_proof), which an app can demand. Default: none.
   */
  readonly appSecret?: string;
  /** `socks5://user:password@host:1080` or `http://...`; by the target's protocol, or from a function called for each session. Default: none. */
  readonly proxy?: ProxyOption;
  /** Where the Graph API is. Default `https://graph.facebook.com`. */
  readonly apiRoot?: string;
}

declare module '@sitemessage/core' {
  interface RegisteredMessengers {
    fb: { address: FbAddress; options: FbOptions & CommonOptions };
  }
}
