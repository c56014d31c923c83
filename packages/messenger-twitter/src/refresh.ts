import { ConfigurationError, errorKind, TransientError, UnknownOutcomeError } from '@sitemessage/core';
import { TwitterApi } from 'twitter-api-v2';
import { errorFor, type Refusal, withHint } from './errors.ts';
import { isSecret, type OAuth2Login, type Settings } from './options.ts';
import { openTransport } from './transport.ts';
import type { TwitterToken } from './types.ts';

const timeoutMs = 30_000;
const refusedHint = 'The refresh token or the client is no longer valid, or a reply with new tokens was lost. Have the user log in again.';
const lostHint = 'X may have made new tokens that were lost. If it refuses the next refresh, have the user log in again.';

/**
 * Gets new tokens for a refresh token, which can be used once
 * (https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code). Takes up to 30 s. It has a
 * separate connection, so that closing a session does not end it.
 *
 * @throws ConfigurationError, for example `twitter_refresh` when X refuses the refresh token. TransientError
 * when X fails or cannot be reached.
 */
export async function refresh(
  { clientId, clientSecret, refreshToken }: OAuth2Login & { readonly refreshToken: string },
  { apiRoot, proxy }: Settings,
  secrets: () => readonly string[],
  signal: AbortSignal,
): Promise<TwitterToken> {
  const transport = openTransport({ apiRoot, proxy, timeoutMs, secrets });
  try {
    const plugins = [transport.plugin(signal, refreshErrorFor)];
    const client = new TwitterApi({ clientId, ...(clientSecret !== undefined && { clientSecret }) }, { plugins });
    const body = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId };
    // The library's refresh sends JSON. X documents a form.
    const reply = await client.v2.post<Readonly<Record<string, unknown>>>('oauth2/token', body, { forceBodyMode: 'url' });
    const { access_token: accessToken, refresh_token: next } = reply;
    if (!isSecret(accessToken) || !isSecret(next)) {
      throw new UnknownOutcomeError('X answered the request for new tokens without tokens.', { code: 'twitter_unreadable' });
    }
    return { accessToken, refreshToken: next };
  } catch (error) {
    const { message, code, cause } = error as UnknownOutcomeError;
    // Nothing was posted, but the refresh token may be used up.
    if (errorKind(error) === 'unknown') throw new TransientError(withHint(message, lostHint), { code, cause });
    // A failed login must not fail a post for good.
    if (errorKind(error) === 'permanent') throw new ConfigurationError(message, { code: 'twitter_refresh' });
    throw error;
  } finally {
    transport.close();
  }
}

/** Only a refusal of the token or the client gets the advice to log in again. */
function refreshErrorFor(refusal: Refusal): Error {
  const { status, words } = refusal;
  const error = errorFor(refusal);
  const isAboutLogin = status === 400 || status === 401 || /\binvalid_(?:request|grant|client)\b/.test(words);
  return isAboutLogin ? new ConfigurationError(withHint(error.message, refusedHint), { code: 'twitter_refresh' }) : error;
}
