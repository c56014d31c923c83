import { TransientError } from '@sitemessage/core';
import { readPageId } from './address.ts';
import { type Fields, type Graph, type GraphCredentials, openGraph } from './graph.ts';
import { checkSecret, readPlace, wrong } from './options.ts';
import type { FbOptions } from './types.ts';

export interface FbAppCredentials extends Pick<FbOptions, 'version' | 'proxy' | 'apiRoot'> {
  /** Of the app: digits, from its dashboard. */
  readonly appId: number | `${number}`;
  /** Of the app, from the same page. */
  readonly appSecret: string;
  /** Of a person with a role on the pages, made by this app, with `pages_show_list`, `pages_read_engagement` and `pages_manage_posts`. */
  readonly userToken: string;
}

/** A page that the person may do something with. */
export interface FbPageAccess {
  readonly id: string;
  readonly name: string;
  /** For `pageAccessToken`. It does not run out, but ends with the person's password, role on the page or leave for the app. */
  readonly accessToken: string;
  /** What the person may do; posting takes `CREATE_CONTENT`: https://developers.facebook.com/docs/pages-api/overview#tasks. */
  readonly tasks: readonly string[];
}

/** For all of its requests. */
const timeoutMs = 30_000;
/** As many as Facebook lists at a time. */
const perPage = '100';

/**
 * The pages of a person, each with a token for {@link FbOptions.pageAccessToken} that does not run out: it changes the person's token, which is
 * good for an hour or two, for one of 60 days (https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived), and
 * asks for the pages with that (https://developers.facebook.com/docs/graph-api/reference/user/accounts). Takes 30 s at most.
 *
 * @throws ConfigurationError of code `fb_option` that names what is missing or wrong; of code `fb_190` for a token that is none (any more),
 * `fb_101` for a wrong app and `fb_1` for a wrong secret. TransientError when Facebook cannot be reached, or has trouble.
 */
export async function getPageAccessTokens(credentials: FbAppCredentials): Promise<readonly FbPageAccess[]> {
  const { appSecret, userToken } = credentials;
  const appId = readPageId(credentials.appId);
  if (appId === undefined) throw wrong('appId', 'must be the id of an app: digits');
  checkSecret('appSecret', appSecret);
  checkSecret('userToken', userToken);
  const place = readPlace(credentials);
  const signal = AbortSignal.timeout(timeoutMs);
  const secrets = [userToken, appSecret];
  const longLived = await withGraph({ ...place, token: undefined, appSecret: undefined, secrets }, async (graph) => {
    const parameters = { grant_type: 'fb_exchange_token', client_id: appId, client_secret: appSecret, fb_exchange_token: userToken };
    const { reply } = await graph.get('oauth/access_token', parameters, signal);
    if (typeof reply.access_token !== 'string' || !/^[!-~]+$/.test(reply.access_token)) throw unreadable('token');
    return reply.access_token;
  });
  return withGraph({ ...place, token: longLived, appSecret, secrets }, (graph) => list(graph, signal));
}

/** Not by `paging.next`: that is an address with the token in it, and could lead anywhere. */
async function list(graph: Graph, signal: AbortSignal): Promise<readonly FbPageAccess[]> {
  const pages: FbPageAccess[] = [];
  const seen = new Set<string>();
  for (let after: string | undefined; ; ) {
    const parameters = { fields: 'id,name,access_token,tasks', limit: perPage, ...(after !== undefined && { after }) };
    const { reply } = await graph.get('me/accounts', parameters, signal);
    if (!Array.isArray(reply.data)) throw unreadable('list of pages');
    pages.push(...reply.data.flatMap((page) => pageOf(page as Fields | null)));
    const { next, cursors } = (reply.paging ?? {}) as { next?: unknown; cursors?: { after?: unknown } };
    // A cursor stands on the last one too; what says that there is more is `next`.
    if (typeof next !== 'string') return pages;
    const cursor = cursors?.after;
    if (typeof cursor !== 'string' || seen.has(cursor)) throw unreadable('place to go on from');
    seen.add(cursor);
    after = cursor;
  }
}

/** None for a page that the person may see and nothing more: it comes without a token. */
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

const unreadable = (what: string): TransientError => new TransientError(`Facebook answered without a ${what}.`, { code: 'fb_unreadable' });
