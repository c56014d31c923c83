import type { CommonOptions } from '@sitemessage/core';
import type { ProxyOption } from '@sitemessage/http';

/**
 * The name of an account, with or without the @: `ann`, `@ann`.
 *
 * CHANGE: the type of your provider's addresses, as narrow as the compiler can check.
 */
export type MyProtocolAddress = string;

/**
 * The options of `myProtocol(options)`. CHANGE: the options of your provider. Document the default of each.
 */
export interface MyProtocolOptions {
  /** The token of the account that sends. */
  readonly token: string;
  /** The URL of the API. Default `https://api.example.com/v1`. */
  readonly apiRoot?: string;
  /**
   * The URL of a proxy: `socks5://user:password@host:1080` or `http://...`. Also one URL for each protocol of
   * `apiRoot`, or a function, which is called for each session. Default: none.
   */
  readonly proxy?: ProxyOption;
}

/**
 * The part of a message for this messenger:
 * `render: { 'my-protocol': () => ({ text, 'my-protocol': { silent: true } }) }`.
 */
export interface MyProtocolContent {
  /** True: the message arrives without a sound. Default false. */
  readonly silent?: boolean;
}

declare module '@sitemessage/core' {
  interface Content {
    readonly 'my-protocol'?: MyProtocolContent;
  }
  interface RegisteredMessengers {
    'my-protocol': { address: MyProtocolAddress; options: MyProtocolOptions & CommonOptions };
  }
}
