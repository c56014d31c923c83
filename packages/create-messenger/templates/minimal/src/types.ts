import type { CommonOptions } from '@sitemessage/core';

/** The name of an account, with or without the @: `ann`, `@ann`. */
export type MyProtocolAddress = string;

/** The options of `myProtocol(options)`. */
export interface MyProtocolOptions {
  /** The token of the account that sends. */
  readonly token: string;
  /** The URL of the API. Default `https://api.example.com/v1`. */
  readonly apiRoot?: string;
}

declare module '@sitemessage/core' {
  interface RegisteredMessengers {
    'my-protocol': { address: MyProtocolAddress; options: MyProtocolOptions & CommonOptions };
  }
}
