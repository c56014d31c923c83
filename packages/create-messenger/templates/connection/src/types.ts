import type { CommonOptions } from '@sitemessage/core';

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
  /** The name of the server. Default `chat.example.com`. */
  readonly host?: string;
  /** The port of the server. Default 7443. */
  readonly port?: number;
  /** False: no TLS, for tests. The token is sent unencrypted then. Default true. */
  readonly tls?: boolean;
}

declare module '@sitemessage/core' {
  interface RegisteredMessengers {
    'my-protocol': { address: MyProtocolAddress; options: MyProtocolOptions & CommonOptions };
  }
}
