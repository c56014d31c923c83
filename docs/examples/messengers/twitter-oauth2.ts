import { twitter } from '@sitemessage/messenger-twitter';

/** Where your application keeps the tokens of this account. */
interface Tokens {
  load(): Promise<{ accessToken: string; refreshToken: string }>;
  save(tokens: { accessToken: string; refreshToken: string }): Promise<void>;
}

export const accountOf = async (tokens: Tokens) =>
  twitter({
    oauth2: {
      clientId: process.env.X_CLIENT_ID ?? '',
      clientSecret: process.env.X_CLIENT_SECRET ?? '',
      ...(await tokens.load()),
      onToken: (next) => tokens.save(next),
    },
  });
