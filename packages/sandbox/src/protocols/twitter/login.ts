/** The app that everything belongs to, by OAuth 1.0a. */
export const app = { appKey: 'sandboxAppKey0of25digits0', appSecret: 'sandbox0app0secret0of0fifty0characters0of0X0000000' } as const;

export interface TwitterKeys {
  readonly accessToken: string;
  readonly accessSecret: string;
}

/** The account that posts, and the same one with a token from before the app was set to "Read and write". */
export const keys: Readonly<Record<'readWrite' | 'readOnly', TwitterKeys>> = {
  readWrite: { accessToken: '700000000000000001-sandboxAccessTokenZq1', accessSecret: 'sandbox0access0secret0Zq1' },
  readOnly: { accessToken: '700000000000000001-sandboxReadTokenZq2', accessSecret: 'sandbox0read0secret0Zq2' },
};

/** The app by OAuth 2.0: a confidential client, and a public one. */
export const clients = {
  confidential: { clientId: 'c2FuZGJveC1jbGllbnQ6MTpjaQ', clientSecret: 'sandbox0client0secret0Zq3' },
  public: { clientId: 'c2FuZGJveC1wdWJsaWM6MTpjaQ' },
} as const;
