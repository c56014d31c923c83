import type { CommonOptions, MadeBy } from '@sitemessage/core';
import type { ProxyOption } from '@sitemessage/http';

/**
 * An indexed type, because the compiler's errors show its parts. Of a plain alias they show only the name.
 */
interface Addresses {
  vk: number | `${number}` | `peer:${number}` | { readonly peer: number | `${number}` } | MadeBy<'vk.address(text)'>;
}

/**
 * A wall or a peer. `12345` is the wall of a user, `-12345` the wall of a community. `{ peer: 12345 }` or
 * `'peer:12345'` is a private message to a user, to a community (below zero) or to a chat (2,000,000,000 plus
 * its number): https://dev.vk.com/en/method/messages.send. `vk.address(text)` makes an address of a string,
 * for example from a database.
 */
export type VkAddress = Addresses['vk'];

export interface VkOptions {
  /**
   * The token. A user token can post and send private messages. A community token can only send private
   * messages.
   */
  readonly accessToken: string;
  /** The version of the API (https://dev.vk.com/en/api/api-requests). Default `5.199`. */
  readonly version?: `${number}.${number}`;
  /**
   * The URL of a proxy: `socks5://user:password@host:1080` or `http://...`. Also one URL for each protocol of
   * `apiRoot`, or a function, which is called for each session. Default: none.
   */
  readonly proxy?: ProxyOption;
  /** The URL of the API. `https://api.vk.com` is its older name. Default `https://api.vk.ru`. */
  readonly apiRoot?: string;
  /**
   * The requests a second that VK allows the token, above 0 and up to 1,000: 3 for a user token, 20 for a
   * community token (https://dev.vk.com/en/api/api-requests). All messengers with the same token on one
   * storage share it. Default 3.
   */
  readonly requestsPerSecond?: number;
}

declare module '@sitemessage/core' {
  interface RegisteredMessengers {
    vk: { address: VkAddress; options: VkOptions & CommonOptions };
  }
}
