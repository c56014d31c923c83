import { createHmac } from 'node:crypto';
import type { HttpRequest } from '../../http/listener.ts';
import { app, type FbTokenKind, pages, tokens } from './identities.ts';
import type { Parameters } from './parameters.ts';
import { Refusal } from './refusal.ts';

const mayPost: Readonly<Record<string, readonly FbTokenKind[]>> = {
  [pages.own]: ['page', 'bothPages'],
  [pages.other]: ['otherPage', 'bothPages'],
};

/**
 * Returns the kind of the token in the header or in the parameters.
 *
 * @throws Refusal for a missing or an unknown token. Like Facebook's, it repeats the unknown token: a log
 * of it leaks it.
 */
export function readToken({ headers }: HttpRequest, parameters: Parameters): FbTokenKind {
  const [, bearer] = /^(?:Bearer|OAuth) (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const token = bearer ?? parameters.access_token;
  if (token === undefined) throw new Refusal({ code: 104, message: 'An access token is required to request this resource.' });
  const [kind] = Object.entries(tokens).find(([, one]) => one === token) ?? [];
  if (kind === undefined) throw new Refusal({ code: 190, message: `Malformed access token ${token}` });
  return kind as FbTokenKind;
}

/**
 * Checks the `appsecret_proof`. One that is given is checked even when none is required.
 *
 * @throws Refusal for a wrong proof, and for a missing one that is required.
 */
export function checkProof(kind: FbTokenKind, { appsecret_proof: proof }: Parameters, isRequired: boolean): void {
  const refused = (message: string): Refusal => new Refusal({ code: 100, type: 'GraphMethodException', message });
  if (proof === undefined && isRequired) throw refused('API calls from the server require an appsecret_proof argument');
  if (proof === undefined) return;
  if (proof !== createHmac('sha256', app.secret).update(tokens[kind]).digest('hex')) {
    throw refused('Invalid appsecret_proof provided in the API argument');
  }
}

/** @throws Refusal for an unknown page, and for one that this token must not post on. */
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
