import { createHmac } from 'node:crypto';
import type { HttpRequest } from '../../http/listener.ts';
import type { Parameters } from './parameters.ts';
import { Refusal } from './refusal.ts';

/** The app that everything belongs to. */
export const app = { id: '700000000000001', secret: 'sandbox0app0secret0of032digits00' } as const;

/** The page of `sandbox.fb.options`, and one that has nothing to do with it. */
export const pages = { own: '61550000000001', other: '61550000000002' } as const;

/**
 * `page`: of the page of the options. `otherPage`: of another one. `narrow`: of the page, and may not post. `bothPages`: of both pages, which
 * Facebook has not; for `messengerContract`, which wants two recipients. `user` and `longLivedUser`: of a person, before and after the exchange.
 */
export type FbTokenKind = 'page' | 'otherPage' | 'narrow' | 'bothPages' | 'user' | 'longLivedUser';

export const tokens: Readonly<Record<FbTokenKind, string>> = {
  page: 'EAAsandboxPageTokenZCq7w1',
  otherPage: 'EAAsandboxOtherPageTokenZCq7w2',
  narrow: 'EAAsandboxNarrowTokenZCq7w3',
  bothPages: 'EAAsandboxBothPagesTokenZCq7w4',
  user: 'EAAsandboxUserTokenZCq7w5',
  longLivedUser: 'EAAsandboxLongLivedTokenZCq7w6',
};

const mayPost: Readonly<Record<string, readonly FbTokenKind[]>> = {
  [pages.own]: ['page', 'bothPages'],
  [pages.other]: ['otherPage', 'bothPages'],
};

/** From the header or the parameter. Throws a Refusal. Facebook repeats a token that it does not know: whoever logs that has lost it. */
export function readToken({ headers }: HttpRequest, parameters: Parameters): FbTokenKind {
  const [, bearer] = /^(?:Bearer|OAuth) (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const token = bearer ?? parameters.access_token;
  if (token === undefined) throw new Refusal({ code: 104, message: 'An access token is required to request this resource.' });
  const [kind] = Object.entries(tokens).find(([, one]) => one === token) ?? [];
  if (kind === undefined) throw new Refusal({ code: 190, message: `Malformed access token ${token}` });
  return kind as FbTokenKind;
}

/** Throws a Refusal. One that is given is checked, also where none is wanted. */
export function checkProof(kind: FbTokenKind, { appsecret_proof: proof }: Parameters, isWanted: boolean): void {
  const refused = (message: string): Refusal => new Refusal({ code: 100, type: 'GraphMethodException', message });
  if (proof === undefined && isWanted) throw refused('API calls from the server require an appsecret_proof argument');
  if (proof === undefined) return;
  if (proof !== createHmac('sha256', app.secret).update(tokens[kind]).digest('hex')) {
    throw refused('Invalid appsecret_proof provided in the API argument');
  }
}

/** Throws a Refusal for a page that there is not, and for one that this token may not post on. */
export function checkPage(kind: FbTokenKind, page: string): void {
  const allowed = mayPost[page];
  if (!allowed) {
    const reasons = 'does not exist, cannot be loaded due to missing permissions, or does not support this operation';
    const message = `Unsupported post request. Object with ID '${page}' ${reasons}`;
    throw new Refusal({ code: 100, error_subcode: 33, type: 'GraphMethodException', message });
  }
  if (allowed.includes(kind)) return;
  const message = '(#200) Posting to a page requires both pages_read_engagement and pages_manage_posts, with a token of that page';
  throw new Refusal({ code: 200, message });
}
