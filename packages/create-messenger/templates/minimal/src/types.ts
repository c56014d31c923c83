import type { CommonOptions } from '@sitemessage/core';

/** The name of an account, with or without the @ before it: `ann`, `@ann`. */
export type MyProtocolAddress = string;

export interface MyProtocolOptions {
  /** Of the account that sends. */
  readonly token: string;
  /** Where the API is. Default `https://api.example.com/v1`. */
  readonly apiRoot?: string;
}

declare module '@sitemessage/core' {
  interface RegisteredMessengers {
    'my-protocol': { address: MyProtocolAddress; options: MyProtocolOptions & CommonOptions };
  }
}
