import type { CommonOptions } from '@sitemessage/core';

/** The name of an account, with or without the @ before it: `ann`, `@ann`. CHANGE: what your provider's recipients are, as narrow as the compiler can check. */
export type MyProtocolAddress = string;

/** What an application gives to `myProtocol(options)`. CHANGE: what your provider needs to know; document the default of each. */
export interface MyProtocolOptions {
  /** Of the account that sends. */
  readonly token: string;
  /** Default `chat.example.com`. */
  readonly host?: string;
  /** Default 7443. */
  readonly port?: number;
  /** Whether the line is encrypted. Without it the token goes out in clear: for tests. Default true. */
  readonly tls?: boolean;
}

declare module '@sitemessage/core' {
  interface RegisteredMessengers {
    'my-protocol': { address: MyProtocolAddress; options: MyProtocolOptions & CommonOptions };
  }
}
