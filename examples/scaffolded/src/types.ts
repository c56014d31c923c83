import type { CommonOptions } from '@sitemessage/core';
import type { ProxyOption } from '@sitemessage/http';

/** The name of an account, with or without the @ before it: `ann`, `@ann`. CHANGE: what your provider's recipients are, as narrow as the compiler can check. */
export type PigeonPostAddress = string;

/** What an application gives to `pigeonPost(options)`. CHANGE: what your provider needs to know; document the default of each. */
export interface PigeonPostOptions {
  /** Of the account that sends. */
  readonly token: string;
  /** Where the API is. Default `https://api.example.com/v1`. */
  readonly apiRoot?: string;
  /** `socks5://user:password@host:1080` or `http://...`; by the target's protocol, or from a function called for each session. Default: none. */
  readonly proxy?: ProxyOption;
}

/** What a message type may add: `render: { 'pigeon-post': () => ({ text, 'pigeon-post': { silent: true } }) }`. */
export interface PigeonPostContent {
  /** Arrives without a sound. Default false. */
  readonly silent?: boolean;
}

declare module '@sitemessage/core' {
  interface Content {
    readonly 'pigeon-post'?: PigeonPostContent;
  }
  interface RegisteredMessengers {
    'pigeon-post': { address: PigeonPostAddress; options: PigeonPostOptions & CommonOptions };
  }
}
