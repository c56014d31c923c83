import type { HttpRequest } from '../../http/listener.ts';
import type { Parameters } from './parameters.ts';
import { Refusal } from './refusal.ts';

/** The owner of a token. `narrow` belongs to a user, and has no right to walls and messages. */
export type TokenKind = 'user' | 'community' | 'narrow';

export const tokens: Readonly<Record<TokenKind, string>> = {
  user: 'vk1.a.sandbox-token-of-a-user-0123456789',
  community: 'vk1.a.sandbox-token-of-a-community-0123456789',
  narrow: 'vk1.a.sandbox-token-without-rights-0123456789',
};

/** Returns the token in the parameters or in the header. */
export function tokenOf({ headers }: HttpRequest, { access_token }: Parameters): string | undefined {
  return access_token ?? /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
}

/** @throws Refusal for a missing or an unknown token. */
export function kindOf(token: string | undefined): TokenKind {
  if (token === undefined) throw new Refusal(5, 'User authorization failed: no access_token passed.');
  const kind = (Object.keys(tokens) as TokenKind[]).find((one) => tokens[one] === token);
  if (!kind) throw new Refusal(5, 'User authorization failed: invalid access_token (4).');
  return kind;
}

/** @throws Refusal for a token that must not call this method. Only users can post. */
export function checkRights(kind: TokenKind, method: string): void {
  if (kind === 'narrow') throw new Refusal(15, 'Access denied: no access to call this method', { error_subcode: 1133 });
  if (kind === 'community' && method === 'wall.post') {
    throw new Refusal(27, 'Group authorization failed: method is unavailable with group auth.');
  }
}
