import { timingSafeEqual } from 'node:crypto';
import type { HttpRequest } from '../../http/listener.ts';
import { app, keys } from './login.ts';
import { forbidden, Refusal, unauthorized } from './refusal.ts';
import { signatureOf } from './signature.ts';

/** How far the clock of a client may be off. */
const windowMs = 5 * 60_000;

/** OAuth 1.0a with HMAC-SHA1, in the header: RFC 5849. */
export interface OAuth1 {
  /** Throws a Refusal for a signature that is wrong, too old, or used before, and for a token that may not write. */
  check(request: HttpRequest, form: Readonly<Record<string, string>>): void;
}

/** `now`: milliseconds since 1970. */
export function createOAuth1(now: () => number): OAuth1 {
  const used = new Set<string>();
  return {
    check(request, form) {
      const given = parametersOf(request.headers.authorization ?? '');
      const { oauth_signature: signature = '', ...signed } = given;
      const token = Object.values(keys).find(({ accessToken }) => accessToken === signed.oauth_token);
      const isSound = signed.oauth_signature_method === 'HMAC-SHA1' && (signed.oauth_version ?? '1.0') === '1.0';
      if (!token || !isSound || signed.oauth_consumer_key !== app.appKey) throw unauthorized();
      const { verb, url, headers } = request;
      // As the client knows this server: RFC 5849, 3.4.1.2.
      const asked = `http://${(headers.host ?? '').toLowerCase().replace(/:80$/, '')}${url.pathname}`;
      const parameters = [...url.searchParams, ...Object.entries({ ...form, ...signed })];
      if (!isSame(signature, signatureOf(verb, asked, parameters, [app.appSecret, token.accessSecret]))) throw unauthorized();
      const { oauth_timestamp: timestamp = '', oauth_nonce: nonce = '' } = signed;
      if (!/^\d+$/.test(timestamp) || Math.abs(Number(timestamp) * 1_000 - now()) > windowMs) {
        throw new Refusal({ status: 401, errors: [{ code: 135, message: 'Timestamp out of bounds.' }] });
      }
      // RFC 5849, 3.3.
      const once = `${token.accessToken} ${timestamp} ${nonce}`;
      if (nonce === '' || used.has(once)) throw unauthorized();
      used.add(once);
      if (token === keys.readOnly) {
        throw forbidden('Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.');
      }
    },
  };
}

/** RFC 5849, 3.5.1. Throws a Refusal for what is not percent-encoded. */
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
