import { ConfigurationError, errorKind, TransientError } from '@sitemessage/core';
import { TwitterApi } from 'twitter-api-v2';
import { harmless } from './harmless.ts';
import { isSecret, type OAuth2Login, type Settings } from './options.ts';
import { openTransport } from './transport.ts';
import type { TwitterToken } from './types.ts';

const timeoutMs = 30_000;

/**
 * New tokens for a refresh token, which is good for one use: https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code.
 * Over a connection of its own, which no session takes along when it is closed. Takes 30 s at most.
 *
 * @throws ConfigurationError of code `twitter_refresh` when X does not take it (any more); TransientError for trouble at X or on the way.
 */
export async function refresh(
  { clientId, clientSecret, refreshToken }: OAuth2Login & { readonly refreshToken: string },
  { apiRoot, proxy }: Settings,
  secrets: () => readonly string[],
): Promise<TwitterToken> {
  const transport = openTransport({ apiRoot, proxy, timeoutMs, secrets });
  try {
    const plugins = [transport.plugin(new AbortController().signal)];
    const client = new TwitterApi({ clientId, ...(clientSecret !== undefined && { clientSecret }) }, { plugins });
    const body = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId };
    // The library's own call sends it as JSON; X documents a form.
    const reply = await harmless(client.v2.post<Readonly<Record<string, unknown>>>('oauth2/token', body, { forceBodyMode: 'url' }));
    const { access_token: accessToken, refresh_token: next } = reply;
    if (!isSecret(accessToken) || !isSecret(next)) {
      throw new TransientError('X answered the request for new tokens without any.', { code: 'twitter_unreadable' });
    }
    return { accessToken, refreshToken: next };
  } catch (error) {
    const { message, code = '' } = error as { readonly message: string; readonly code?: string };
    const isRefused =
      code.startsWith('twitter_') && ['permanent', 'configuration'].includes(errorKind(error)) && code !== 'twitter_gateway';
    if (!isRefused) throw error;
    throw new ConfigurationError(`${message} (the refresh token or the client: have the user log in again)`, { code: 'twitter_refresh' });
  } finally {
    transport.close();
  }
}
