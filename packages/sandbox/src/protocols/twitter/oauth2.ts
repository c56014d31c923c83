import { formTextsOf, mediaTypeOf } from '../../http/body.ts';
import type { HttpRequest } from '../../http/listener.ts';
import { clients } from './login.ts';
import { forbidden, Refusal, unauthorized } from './refusal.ts';

/** Two hours. */
const lifeMs = 7_200_000;

export interface TwitterTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** OAuth 2.0 as a user: https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code. */
export interface OAuth2 {
  /** New ones for this client. */
  issue(clientId: string): TwitterTokens;
  /** Throws a Refusal for an access token that is none, or none any more, and for the app's own, with which nobody posts. */
  check(accessToken: string): void;
  /** Gives new tokens for a refresh token, once. Throws a Refusal. */
  refresh(request: HttpRequest): Promise<unknown>;
  /** Ends all access tokens that there are, as two hours do. */
  expire(): void;
}

/** What an app has without a user. */
export const appOnly = 'AAAAAAAAAAAAAAAAAAAAAsandboxAppOnlyBearerZq4';

/** `now`: milliseconds since 1970. */
export function createOAuth2(now: () => number): OAuth2 {
  const ends = new Map<string, number>();
  const refreshable = new Map<string, string>();
  let count = 0;

  const issue = (clientId: string): TwitterTokens => {
    count += 1;
    const tokens = { accessToken: `sandboxBearer${count}Zq5of0a0user`, refreshToken: `sandboxRefresh${count}Zq6of0a0user` };
    ends.set(tokens.accessToken, now() + lifeMs);
    refreshable.set(tokens.refreshToken, clientId);
    return tokens;
  };

  return {
    issue,
    check(accessToken) {
      if (accessToken === appOnly) throw unsupported();
      if ((ends.get(accessToken) ?? 0) <= now()) throw unauthorized();
    },
    async refresh(request) {
      // X reads JSON too, and documents a form.
      if (mediaTypeOf(request) !== 'application/x-www-form-urlencoded')
        throw oauthError(400, 'invalid_request', 'The body must be a form.');
      const form = (await formTextsOf(request)) ?? {};
      const stranger = Object.keys(form).find((name) => !['grant_type', 'refresh_token', 'client_id'].includes(name));
      if (stranger !== undefined) throw oauthError(400, 'invalid_request', `There is no parameter "${stranger}" here.`);
      if (form.grant_type !== 'refresh_token') throw oauthError(400, 'unsupported_grant_type', 'grant_type must be refresh_token.');
      const clientId = clientOf(request, form.client_id);
      const { refresh_token: given = '' } = form;
      if (refreshable.get(given) !== clientId) {
        throw oauthError(400, 'invalid_request', 'Value passed for the token was invalid.');
      }
      refreshable.delete(given);
      const { accessToken, refreshToken } = issue(clientId);
      const scope = 'tweet.read tweet.write users.read media.write offline.access';
      return { token_type: 'bearer', expires_in: lifeMs / 1_000, access_token: accessToken, scope, refresh_token: refreshToken };
    },
    expire: () => ends.clear(),
  };
}

/** A confidential client says who it is in the header, a public one in the form. */
function clientOf({ headers }: HttpRequest, named: string | undefined): string {
  const [, credentials] = /^Basic (\S+)$/.exec(headers.authorization ?? '') ?? [];
  const { clientId, clientSecret } = clients.confidential;
  if (credentials === undefined && named === clients.public.clientId) return named;
  if (credentials === Buffer.from(`${clientId}:${clientSecret}`).toString('base64')) return clientId;
  throw oauthError(401, 'unauthorized_client', 'Missing valid authorization header');
}

const oauthError = (status: number, error: string, error_description: string): Refusal => new Refusal({ status, error, error_description });

function unsupported(): Refusal {
  const { error } = forbidden(
    'Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint. Supported authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context].',
  );
  return new Refusal({
    ...error,
    title: 'Unsupported Authentication',
    type: 'https://api.x.com/2/problems/unsupported-authentication',
  });
}
