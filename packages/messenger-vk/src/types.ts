import type { CommonOptions, MadeBy } from '@sitemessage/core';
import type { ProxyOption } from '@sitemessage/http';

/** The compiler shows the parts of a type that is looked up, and only the name of any other. */
interface Addresses {
  vk: number | `${number}` | `peer:${number}` | { readonly peer: number | `${number}` } | MadeBy<'vk.address(text)'>;
}

/**
 * Where a message goes: `12345` to the wall of a user, `-12345` to the wall of a community; `{ peer: 12345 }` or `'peer:12345'` as a private
 * message to a user, to a community (below zero) or to a chat (2,000,000,000 and its number): https://dev.vk.com/en/method/messages.send.
 * `vk.address(text)` makes one of any other string, such as one from a database.
 */
export type VkAddress = Addresses['vk'];

export interface VkOptions {
  /** Of a user, who may post and send private messages, or of a community, which may send private messages alone. */
  readonly accessToken: string;
  /** Of the API (https://dev.vk.com/en/api/api-requests). Default `5.199`. */
  readonly version?: `${number}.${number}`;
  /** `socks5://user:password@host:1080` or `http://...`; by the target's protocol, or from a function called for each session. Default: none. */
  readonly proxy?: ProxyOption;
  /** Where the API is; `https://api.vk.com` is its older name. Default `https://api.vk.ru`. */
  readonly apiRoot?: string;
  /**
   * What VK allows the token, above 0 and up to 1,000: 3 for a user's, 20 for a community's (https://dev.vk.com/en/api/api-requests).
   * Everybody who uses the same token through the same storage shares it. Default 3.
   */
  readonly requestsPerSecond?: number;
}

declare module '@sitemessage/core' {
  interface RegisteredMessengers {
    vk: { address: VkAddress; options: VkOptions & CommonOptions };
  }
}
