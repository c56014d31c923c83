import { ConfigurationError } from '@sitemessage/core';
import { type Complaint, checkVersion, defaultVersion } from './options.ts';

export interface VkAccessTokenRequest {
  /** The id of the app. */
  readonly clientId: number | `${number}`;
  /** Rights (https://dev.vk.com/en/reference/access-rights). Default `['wall', 'offline']`; private messages take `messages` too. */
  readonly scope?: readonly string[];
  /** Where VK sends the browser, with the token behind the `#`. One that the app has registered. Default `https://oauth.vk.com/blank.html`. */
  readonly redirectUri?: string;
  /** Of the API. Default `5.199`. */
  readonly version?: `${number}.${number}`;
}

/**
 * The page on which a user allows an app to post in their name; open it in a browser. Afterwards the token stands in its address, as
 * `access_token=...`. It is the implicit flow, which VK still has for standalone
 * apps that it lets post (https://dev.vk.com/en/api/access-token/getting-started). Not for community tokens: those are made in the community's settings.
 *
 * @throws ConfigurationError of code `vk_option` that names what is wrong.
 */
export function getAccessTokenUrl(request: VkAccessTokenRequest): string {
  const { clientId, scope = ['wall', 'offline'], redirectUri = 'https://oauth.vk.com/blank.html', version = defaultVersion } = request;
  if (!/^[1-9]\d*$/.test(String(clientId))) throw wrong('clientId', 'must be the number of the app');
  if (!Array.isArray(scope) || scope.length === 0 || !scope.every((right) => /^[a-z_]+$/.test(String(right)))) {
    throw wrong('scope', "must be a list of rights, such as ['wall', 'offline']");
  }
  if (!URL.canParse(String(redirectUri))) throw wrong('redirectUri', 'must be a URL');
  checkVersion(version, wrong);
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

const wrong: Complaint = (name, problem) => new ConfigurationError(`vk: getAccessTokenUrl: \`${name}\` ${problem}.`, { code: 'vk_option' });
