import { ConfigurationError, errorKind, TransientError, UnknownOutcomeError } from '@sitemessage/core';
import { TwitterApi } from 'twitter-api-v2';
import { errorFor } from './errors.ts';
import { hinted } from './hint.ts';
import { isSecret, type OAuth2Login, type Settings } from './options.ts';
import type { Refusal } from './refusal.ts';
import { openTransport } from './transport.ts';
import type { TwitterToken } from './types.ts';

const timeoutMs = 30_000;
const refusedHint = 'The refresh token or the client is no longer good, or a reply with new tokens was lost: have the user log in again.';
const lostHint = 'The new token may have been made and lost: if the next refresh is refused, have the user log in again.';

/**
 * New tokens for a refresh token, which is good for one use: https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code.
 * Over a connection of its own, which no session takes along when it is closed. Takes 30 s at most.
 *
 * @throws ConfigurationError, of code `twitter_refresh` when X does not take it (any more); TransientError for trouble at X or on the way.
 */
export async function refresh(
  { clientId, clientSecret, refreshToken }: OAuth2Login & { readonly refreshToken: string },
  { apiRoot, proxy }: Settings,
  secrets: () => readonly string[],
  signal: AbortSignal,
): Promise<TwitterToken> {
  const transport = openTransport({ apiRoot, proxy, timeoutMs, secrets });
  try {
    const plugins = [transport.plugin(signal, refusedFor)];
    const client = new TwitterApi({ clientId, ...(clientSecret !== undefined && { clientSecret }) }, { plugins });
    const body = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId };
    // The library's own call sends it as JSON; X documents a form.
    const reply = await client.v2.post<Readonly<Record<string, unknown>>>('oauth2/token', body, { forceBodyMode: 'url' });
    const { access_token: accessToken, refresh_token: next } = reply;
    if (!isSecret(accessToken) || !isSecret(next)) {
      throw new UnknownOutcomeError('X answered the request for new tokens without any.', { code: 'twitter_unreadable' });
    }
    return { accessToken, refreshToken: next };
  } catch (error) {
    const { message, code, cause } = error as UnknownOutcomeError;
    // Nothing was posted; but the refresh token may be used up.
    if (errorKind(error) === 'unknown') throw new TransientError(hinted(message, lostHint), { code, cause });
    // Of a login, no post is to fail for good.
    if (errorKind(error) === 'permanent') throw new ConfigurationError(message, { code: 'twitter_refresh' });
    throw error;
  } finally {
    transport.close();
  }
}

/** Only what X says of the token or of the client is mended by a login. */
function refusedFor(refusal: Refusal): Error {
  const { status, words } = refusal;
  const error = errorFor(refusal);
  const isOfLogin = status === 400 || status === 401 || /\binvalid_(?:request|grant|client)\b/.test(words);
  return isOfLogin ? new ConfigurationError(hinted(error.message, refusedHint), { code: 'twitter_refresh' }) : error;
}
