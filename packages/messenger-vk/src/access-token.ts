import { checkOptions, type OptionCheck } from '@sitemessage/core';
import { checkVersion, defaultVersion } from './options.ts';

/** The arguments of {@link getAccessTokenUrl}. */
export interface VkAccessTokenRequest {
  /** The id of the app. */
  readonly clientId: number | `${number}`;
  /**
   * The rights of the token (https://dev.vk.com/en/reference/access-rights). Private messages need
   * `messages`. Default `['wall', 'offline']`.
   */
  readonly scope?: readonly string[];
  /**
   * The URL to which VK sends the browser, with the token after the `#`. The app must have registered it.
   * Default `https://oauth.vk.com/blank.html`.
   */
  readonly redirectUri?: string;
  /** The version of the API. Default `5.199`. */
  readonly version?: `${number}.${number}`;
}

/**
 * Returns the URL of the page on which a user allows an app to post in their name. Open it in a browser.
 * Afterwards the browser's address has the token, as `access_token=...`. This is the implicit flow, which VK
 * keeps for standalone apps with the right to post (https://dev.vk.com/en/api/access-token/getting-started).
 * Community tokens are made in the settings of the community instead.
 *
 * @throws ArgumentError `option_unknown` or `option_invalid`, which names the argument.
 */
export function getAccessTokenUrl(request: VkAccessTokenRequest): string {
  const { clientId = '', scope = ['wall', 'offline'], redirectUri = 'https://oauth.vk.com/blank.html', version = defaultVersion } = request;
  checkOptions({ ...request, clientId }, checks, { of: 'getAccessTokenUrl' });
  const url = new URL('https://oauth.vk.com/authorize');
  url.search = new URLSearchParams({
    client_id: String(clientId),
    display: 'page',
    redirect_uri: redirectUri,
    scope: scope.join(','),
    response_type: 'token',
    v: version,
  }).toString();
  return url.href;
}

const checks: Readonly<Record<keyof VkAccessTokenRequest, OptionCheck>> = {
  clientId: (value) => (/^[1-9]\d*$/.test(String(value)) ? undefined : 'must be the id of the app, in digits'),
  scope: (value) =>
    Array.isArray(value) && value.length > 0 && value.every((right) => /^[a-z_]+$/.test(String(right)))
      ? undefined
      : "must be a list of rights, for example ['wall', 'offline']",
  redirectUri: (value) => (URL.canParse(String(value)) ? undefined : 'must be a URL'),
  version: checkVersion,
};
