import type { SmtpOAuth2 } from './types.ts';

export interface Token {
  readonly accessToken: string;
  /** The time at which it expires, in milliseconds since 1970. 0 when the server does not say. */
  readonly expiresAt: number;
}

/** The options with which a token is fetched. */
export type TokenSource = Extract<SmtpOAuth2, { readonly refreshToken: string }>;

const google = 'https://accounts.google.com/o/oauth2/token';
/** The longest wait for the token server, in milliseconds. Shorter than a send may take. */
const timeoutMs = 10_000;
/** The only refusals that end by themselves: RFC 9110, 15.5.9, and RFC 6585, 4. */
const busyStatuses: readonly number[] = [408, 429];
/** RFC 6749, 4.1.2.1. Some servers send these errors with the status 400. */
const busyErrors: readonly unknown[] = ['server_error', 'temporarily_unavailable'];

/**
 * Fetches an access token (RFC 6749, 6). nodemailer can do this too, but its errors do not tell an outage
 * from a refusal.
 *
 * @throws Error `EOAUTH2` when the server refuses, `EFETCH` when it has no answer now.
 */
export async function fetchToken({ clientId, clientSecret, refreshToken, accessUrl = google }: TokenSource): Promise<Token> {
  const { status, reply } = await post(
    accessUrl,
    new URLSearchParams({ client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken, grant_type: 'refresh_token' }),
  );
  if (status >= 500 || busyStatuses.includes(status)) throw failure('EFETCH', `answered ${status}`);
  const { access_token: accessToken, expires_in: expiresIn, error, error_description: description } = reply;
  if (error) {
    const code = busyErrors.includes(error) ? 'EFETCH' : 'EOAUTH2';
    throw failure(code, `answered ${error}${description === undefined ? '' : `: ${description}`}`);
  }
  if (typeof accessToken !== 'string' || accessToken === '') throw failure('EOAUTH2', `answered ${status} without a token`);
  const lifetimeMs = Number(expiresIn) * 1_000;
  return { accessToken, expiresAt: lifetimeMs > 0 ? Date.now() + lifetimeMs : 0 };
}

interface Answer {
  readonly status: number;
  /** The JSON object of the reply. Empty for anything else. */
  readonly reply: Readonly<Record<string, unknown>>;
}

/**
 * Sends a form. It does not use the global `fetch`, which unpacks a reply without a bound. With
 * NODE_USE_ENV_PROXY, `fetch` also sends the secrets to a proxy that the environment names. It follows no
 * redirect, which would send the secrets to another host.
 */
async function post(url: string, body: URLSearchParams): Promise<Answer> {
  const { origin, pathname, search } = new URL(url);
  // Imported late, because it loads ky, which few senders of mail need.
  const { createHttp, jsonObject } = await import('@sitemessage/http');
  const http = createHttp({ baseUrl: origin, timeoutMs });
  try {
    const response = await http.post(`${pathname}${search}`.slice(1), { body, throwHttpErrors: false });
    // RFC 6749, 5.1 and 5.2.
    return { status: response.status, reply: jsonObject(await response.text()) ?? {} };
  } catch (error) {
    const { message, cause } = error as Error;
    throw failure('EFETCH', `did not answer: ${(cause as Error | undefined)?.message || message}`);
  } finally {
    http.close();
  }
}

const failure = (code: 'EOAUTH2' | 'EFETCH', problem: string): Error =>
  Object.assign(new Error(`the token server (\`oauth2.accessUrl\`) ${problem}`), { code });
