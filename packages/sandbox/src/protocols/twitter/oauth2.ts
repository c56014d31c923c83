import { ArgumentError, check } from '@sitemessage/core';
import type { HttpRequest } from '../../http/listener.ts';
import { formTextsOf, mediaTypeOf } from '../../http/parameters.ts';
import { forbidden, Refusal, unauthorized } from './refusal.ts';

/** The time for which an access token is valid. */
const lifeMs = 7_200_000;

/** The clients of the app: a confidential one with a secret, and a public one without. */
const clients = {
  confidential: { clientId: 'c2FuZGJveC1jbGllbnQ6MTpjaQ', clientSecret: 'sandbox0client0secret0Zq3' },
  public: { clientId: 'c2FuZGJveC1wdWJsaWM6MTpjaQ' },
} as const;

export type TwitterClientKind = keyof typeof clients;

/** A bearer token of the app. It belongs to no user, so nobody can post with it. */
export const appOnly = 'AAAAAAAAAAAAAAAAAAAAAsandboxAppOnlyBearerZq4';

export interface TwitterTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** OAuth 2.0 for a user: https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code. */
export interface OAuth2 {
  /**
   * Returns the id of a client with new tokens.
   *
   * @throws ArgumentError for another kind of client.
   */
  login(kind: TwitterClientKind): TwitterTokens & { readonly clientId: string; readonly clientSecret?: string };
  /** @throws Refusal for an unknown or expired access token, and for the bearer token of the app. */
  check(accessToken: string): void;
  /**
   * Returns new tokens for a refresh token, which works once.
   *
   * @throws Refusal
   */
  refresh(request: HttpRequest): Promise<unknown>;
  /** Ends all access tokens now. */
  expire(): void;
}

const checkKind = check.oneOf(Object.keys(clients));

/** `now` returns milliseconds since 1970. */
export function createOAuth2(now: () => number): OAuth2 {
  /** The end of each access token, in milliseconds since 1970. */
  const ends = new Map<string, number>();
  /** The client of each refresh token. */
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
    login(kind) {
      const problem = checkKind(kind);
      if (problem !== undefined) throw new ArgumentError(`The argument of \`oauth2\` ${problem}.`, { field: 'oauth2' });
      return { ...clients[kind], ...issue(clients[kind].clientId) };
    },
    check(accessToken) {
      if (accessToken === appOnly) throw unsupported();
      if ((ends.get(accessToken) ?? 0) <= now()) throw unauthorized();
    },
    async refresh(request) {
      // X also reads JSON, but documents a form.
      if (mediaTypeOf(request) !== 'application/x-www-form-urlencoded') {
        throw oauthError(400, 'invalid_request', 'The body must be a form.');
      }
      const form = (await formTextsOf(request)) ?? {};
      const unknown = Object.keys(form).find((name) => !['grant_type', 'refresh_token', 'client_id'].includes(name));
      if (unknown !== undefined) throw oauthError(400, 'invalid_request', `There is no parameter "${unknown}" here.`);
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

/**
 * Returns the id of the client. A confidential one names itself in the header, a public one in the form.
 *
 * @throws Refusal
 */
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
