import { createHmac, timingSafeEqual } from 'node:crypto';
import type { HttpRequest } from '../../http/listener.ts';
import { forbidden, Refusal, unauthorized } from './refusal.ts';

/** The app that every token belongs to. */
export const app = { appKey: 'sandboxAppKey0of25digits0', appSecret: 'sandbox0app0secret0of0fifty0characters0of0X0000000' } as const;

export interface TwitterKeys {
  readonly accessToken: string;
  readonly accessSecret: string;
}

/** The tokens of one account. `readOnly` is from before the app was set to "Read and write". */
export const keys: Readonly<Record<'readWrite' | 'readOnly', TwitterKeys>> = {
  readWrite: { accessToken: '700000000000000001-sandboxAccessTokenZq1', accessSecret: 'sandbox0access0secret0Zq1' },
  readOnly: { accessToken: '700000000000000001-sandboxReadTokenZq2', accessSecret: 'sandbox0read0secret0Zq2' },
};

/** The most that the clock of a client may differ, in milliseconds. */
const toleranceMs = 5 * 60_000;

/** OAuth 1.0a with HMAC-SHA1 in the header: RFC 5849. */
export interface OAuth1 {
  /**
   * @throws Refusal for a signature that is wrong, too old or used before, and for a token that must not
   * write.
   */
  check(request: HttpRequest, form: Readonly<Record<string, string>>): void;
}

/** `now` returns milliseconds since 1970. */
export function createOAuth1(now: () => number): OAuth1 {
  const used = new Set<string>();
  return {
    check(request, form) {
      const given = parametersOf(request.headers.authorization ?? '');
      const { oauth_signature: signature = '', ...signed } = given;
      const token = Object.values(keys).find(({ accessToken }) => accessToken === signed.oauth_token);
      const isKnownMethod = signed.oauth_signature_method === 'HMAC-SHA1' && (signed.oauth_version ?? '1.0') === '1.0';
      if (!token || !isKnownMethod || signed.oauth_consumer_key !== app.appKey) throw unauthorized();
      const { verb, url, headers } = request;
      // The client signs the host as it knows it: RFC 5849, 3.4.1.2.
      const asked = `http://${(headers.host ?? '').toLowerCase().replace(/:80$/, '')}${url.pathname}`;
      const parameters = [...url.searchParams, ...Object.entries({ ...form, ...signed })];
      if (!isSame(signature, signatureOf(verb, asked, parameters, [app.appSecret, token.accessSecret]))) throw unauthorized();
      const { oauth_timestamp: timestamp = '', oauth_nonce: nonce = '' } = signed;
      if (!/^\d+$/.test(timestamp) || Math.abs(Number(timestamp) * 1_000 - now()) > toleranceMs) {
        throw new Refusal({ status: 401, errors: [{ code: 135, message: 'Timestamp out of bounds.' }] });
      }
      // A nonce is used once: RFC 5849, 3.3.
      const once = `${token.accessToken} ${timestamp} ${nonce}`;
      if (nonce === '' || used.has(once)) throw unauthorized();
      used.add(once);
      if (token === keys.readOnly) {
        throw forbidden('Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.');
      }
    },
  };
}

/**
 * Returns the parameters of the header: RFC 5849, 3.5.1.
 *
 * @throws Refusal for a value that is not percent-encoded.
 */
function parametersOf(header: string): Readonly<Record<string, string>> {
  const pairs = header.replace(/^OAuth /, '').matchAll(/(?<![\w.])([\w.]+)="([^"]*)"/g);
  try {
    return Object.fromEntries(Array.from(pairs, ([, name = '', value = '']) => [name, decodeURIComponent(value)]));
  } catch {
    throw unauthorized();
  }
}

function isSame(text: string, other: string): boolean {
  const [given, right] = [Buffer.from(text), Buffer.from(other)];
  return given.length === right.length && timingSafeEqual(given, right);
}

/**
 * Returns the signature of a request by HMAC-SHA1: RFC 5849, 3.4. `url` has no query. `parameters` has
 * those of the query too.
 */
export function signatureOf(
  verb: string,
  url: string,
  parameters: readonly (readonly [name: string, value: string])[],
  secrets: readonly [app: string, token: string],
): string {
  const pairs = parameters.map(([name, value]) => [encode(name), encode(value)] as const);
  const sorted = pairs.toSorted(([name, value], [other, otherValue]) => (name === other ? order(value, otherValue) : order(name, other)));
  const base = [verb, url, sorted.map((pair) => pair.join('=')).join('&')].map(encode).join('&');
  return createHmac('sha1', secrets.map(encode).join('&')).update(base).digest('base64');
}

const order = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

/** Percent-encodes by RFC 5849, 3.6. */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
