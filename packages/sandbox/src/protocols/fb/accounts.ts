import { app, type FbTokenKind, pages, tokens } from './identities.ts';
import { checkNames, type Parameters, readInteger } from './parameters.ts';
import { badParameter, Refusal } from './refusal.ts';

/**
 * A page of the person, as `/me/accounts` lists it. A page without a token is one that the person can only
 * see.
 */
export interface FbAccount {
  readonly id: string;
  readonly name: string;
  readonly access_token?: string;
  readonly tasks?: readonly string[];
}

const allTasks = ['ADVERTISE', 'ANALYZE', 'CREATE_CONTENT', 'MANAGE', 'MESSAGING', 'MODERATE'];
export const defaultAccounts: readonly FbAccount[] = [
  { id: pages.own, name: 'Sandbox', access_token: tokens.page, tasks: allTasks },
  { id: pages.other, name: 'Another sandbox', access_token: tokens.otherPage, tasks: ['ANALYZE'] },
];

const fields: readonly string[] = ['id', 'name', 'access_token', 'tasks'];
const defaultLimit = 25;
const largestLimit = 100;

/**
 * Answers `GET /oauth/access_token`:
 * https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived.
 *
 * @throws Refusal
 */
export function exchangeToken(parameters: Parameters): unknown {
  checkNames(parameters, ['grant_type', 'client_id', 'client_secret', 'fb_exchange_token']);
  const { grant_type: grant, client_id: id, client_secret: secret, fb_exchange_token: token = '' } = parameters;
  if (grant !== 'fb_exchange_token') throw badParameter('grant_type must be fb_exchange_token');
  if (id !== app.id) throw new Refusal({ code: 101, message: 'Error validating application. Cannot get application info.' });
  if (secret !== app.secret) throw new Refusal({ code: 1, message: 'Error validating client secret.' }, { status: 400 });
  if (token !== tokens.user && token !== tokens.longLivedUser) throw new Refusal({ code: 190, message: `Malformed access token ${token}` });
  return { access_token: tokens.longLivedUser, token_type: 'bearer', expires_in: 5_183_944 };
}

/**
 * Answers `GET /me/accounts`: https://developers.facebook.com/docs/graph-api/reference/user/accounts. Like
 * Facebook, it puts the token into the address of the next page. `self` is the address of this call.
 *
 * @throws Refusal
 */
export function listAccounts(accounts: readonly FbAccount[], parameters: Parameters, kind: FbTokenKind, self: string): unknown {
  checkNames(parameters, ['fields', 'limit', 'after', 'before']);
  if (kind !== 'user' && kind !== 'longLivedUser') {
    throw badParameter('Tried accessing nonexisting field (accounts) on node type (Page)');
  }
  const wanted = (parameters.fields ?? fields.join()).split(',');
  const unknown = wanted.find((field) => !fields.includes(field));
  if (unknown !== undefined) throw badParameter(`Tried accessing nonexisting field (${unknown}) on node type (Page)`);
  const limit = Math.min(readInteger(parameters, 'limit') ?? defaultLimit, largestLimit);
  const cursor = parameters.after === undefined ? '0' : Buffer.from(parameters.after, 'base64').toString();
  if (!/^\d+$/.test(cursor)) throw badParameter('Invalid cursors values');
  const start = Number(cursor);
  const end = Math.min(start + limit, accounts.length);
  const data = accounts.slice(start, end).map((account) => Object.fromEntries(wanted.map((field) => [field, Reflect.get(account, field)])));
  const after = Buffer.from(String(end)).toString('base64');
  const next = `${self}?${new URLSearchParams({ access_token: tokens[kind], fields: wanted.join(), limit: String(limit), after })}`;
  const cursors = { before: Buffer.from(String(start)).toString('base64'), after };
  return { data, ...(data.length > 0 && { paging: { cursors, ...(end < accounts.length && { next }) } }) };
}
