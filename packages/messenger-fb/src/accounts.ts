import { checkOptions, TransientError } from '@sitemessage/core';
import { type Fields, type Graph, type GraphCredentials, openGraph } from './graph.ts';
import { checkId, checkSecret, endpointChecks, readEndpoint } from './options.ts';
import type { FbOptions } from './types.ts';

/** The arguments of {@link getPageAccessTokens}. */
export interface FbAppCredentials extends Pick<FbOptions, 'version' | 'proxy' | 'apiRoot'> {
  /** The id of the app, in digits, from its dashboard. */
  readonly appId: number | `${number}`;
  /** The secret of the app, from the same page. */
  readonly appSecret: string;
  /**
   * A user token of this app, for a person with a role on the pages. It needs the permissions
   * `pages_show_list`, `pages_read_engagement` and `pages_manage_posts`.
   */
  readonly userToken: string;
}

/** A page on which the person may do something. */
export interface FbPageAccess {
  readonly id: string;
  readonly name: string;
  /**
   * The token for `pageAccessToken`. It does not expire. It ends when the person changes the password, loses
   * the role on the page or removes the app.
   */
  readonly accessToken: string;
  /**
   * The tasks that the person may do. Posting needs `CREATE_CONTENT`:
   * https://developers.facebook.com/docs/pages-api/overview#tasks.
   */
  readonly tasks: readonly string[];
}

/** The time for all requests together, in milliseconds. */
const timeoutMs = 30_000;
/** The most pages in one reply of Facebook. */
const perPage = '100';

const checks = { ...endpointChecks, appId: checkId('an app'), appSecret: checkSecret, userToken: checkSecret };

/**
 * Returns the pages of a person, each with a token for {@link FbOptions.pageAccessToken} that does not expire.
 * Exchanges the user token, which lasts an hour or two, for one of 60 days
 * (https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived). Takes up to 30 s.
 *
 * @throws ArgumentError `option_unknown` or `option_invalid`. ConfigurationError `fb_190` for an invalid or
 * expired token, `fb_101` for a wrong app, `fb_1` for a wrong secret. TransientError when Facebook fails or
 * cannot be reached.
 */
export async function getPageAccessTokens(credentials: FbAppCredentials): Promise<readonly FbPageAccess[]> {
  const { appId = '', appSecret = '', userToken = '' } = credentials;
  checkOptions({ ...credentials, appId, appSecret, userToken }, checks, { of: 'getPageAccessTokens' });
  const endpoint = readEndpoint(credentials);
  const signal = AbortSignal.timeout(timeoutMs);
  const secrets = [userToken, appSecret];
  const longLived = await withGraph({ ...endpoint, token: undefined, appSecret: undefined, secrets }, async (graph) => {
    const parameters = {
      grant_type: 'fb_exchange_token',
      client_id: String(appId),
      client_secret: appSecret,
      fb_exchange_token: userToken,
    };
    const { reply } = await graph.get('oauth/access_token', parameters, signal);
    if (typeof reply.access_token !== 'string' || !/^[!-~]+$/.test(reply.access_token)) throw unreadable('an access token');
    return reply.access_token;
  });
  return withGraph({ ...endpoint, token: longLived, appSecret, secrets }, (graph) => list(graph, signal));
}

/**
 * Lists the pages: https://developers.facebook.com/docs/graph-api/reference/user/accounts. Follows cursors, not
 * `paging.next`, which is a URL with the token in it and could lead to another host.
 */
async function list(graph: Graph, signal: AbortSignal): Promise<readonly FbPageAccess[]> {
  const pages: FbPageAccess[] = [];
  const seen = new Set<string>();
  for (let after: string | undefined; ; ) {
    const parameters = { fields: 'id,name,access_token,tasks', limit: perPage, ...(after !== undefined && { after }) };
    const { reply } = await graph.get('me/accounts', parameters, signal);
    if (!Array.isArray(reply.data)) throw unreadable('a list of pages');
    pages.push(...reply.data.flatMap((page) => pageOf(page as Fields | null)));
    const { next, cursors } = (reply.paging ?? {}) as { next?: unknown; cursors?: { after?: unknown } };
    // The last page has a cursor too. Only `next` says that there are more pages.
    if (typeof next !== 'string') return pages;
    const cursor = cursors?.after;
    if (typeof cursor !== 'string' || seen.has(cursor)) throw unreadable('a new cursor');
    seen.add(cursor);
    after = cursor;
  }
}

/** Returns nothing for a page that the person may only see: it has no token. */
function pageOf(page: Fields | null): readonly FbPageAccess[] {
  const { id, name, access_token: accessToken, tasks } = page ?? {};
  if (typeof id !== 'string' || typeof accessToken !== 'string') return [];
  return [{ id, name: typeof name === 'string' ? name : '', accessToken, tasks: Array.isArray(tasks) ? tasks.map(String) : [] }];
}

async function withGraph<T>(credentials: GraphCredentials, work: (graph: Graph) => Promise<T>): Promise<T> {
  const graph = openGraph(credentials);
  try {
    return await work(graph);
  } finally {
    graph.close();
  }
}

const unreadable = (missing: string): TransientError =>
  new TransientError(`Facebook answered without ${missing}.`, { code: 'fb_unreadable' });
