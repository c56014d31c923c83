/** The app that every token belongs to. */
export const app = { id: '700000000000001', secret: 'sandbox0app0secret0of032digits00' } as const;

/** The page of `sandbox.fb.options` (`own`), and an unrelated page (`other`). */
export const pages = { own: '61550000000001', other: '61550000000002' } as const;

/**
 * The owner and the rights of a token. `page`: the page of the options. `otherPage`: the other page.
 * `narrow`: the page of the options, without the right to post. `user` and `longLivedUser`: a person,
 * before and after the exchange. `bothPages`: both pages, which Facebook does not have; `messengerContract`
 * needs it for two recipients.
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
