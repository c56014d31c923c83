import { createHmac } from 'node:crypto';
import { errorKind, TransientError, type UnknownOutcomeError } from '@sitemessage/core';
import { createHttp, jsonObject } from '@sitemessage/http';
import { errorFor, gatewayError, type Refusal } from './errors.ts';
import type { Endpoint } from './options.ts';
import { waitFor } from './usage.ts';

/** The endpoint of the Graph API, and the credentials for it. */
export interface GraphCredentials extends Endpoint {
  /** The token of every request. Undefined for a request without a token. */
  readonly token: string | undefined;
  readonly appSecret: string | undefined;
  /** More secrets to redact. Default: none. */
  readonly secrets?: readonly string[];
}

export type Fields = Readonly<Record<string, unknown>>;

interface Answer {
  readonly reply: Fields;
  readonly headers: Headers;
}

/** The Graph API in one version: https://developers.facebook.com/docs/graph-api/overview. */
export interface Graph {
  /**
   * Writes. `isForeign` is explained at `errorFor`.
   *
   * @throws One of core's errors, also when Facebook refuses.
   */
  post(path: string, parameters: Parameters, options: { readonly signal: AbortSignal; readonly isForeign: boolean }): Promise<Answer>;
  /**
   * Reads.
   *
   * @throws One of core's errors, but never an UnknownOutcomeError, because reading can be repeated.
   */
  get(path: string, parameters: Parameters, signal: AbortSignal): Promise<Answer>;
  /** Returns a text without secrets, cut to 300 characters. */
  redact(text: string): string;
  close(): void;
}

type Parameters = Readonly<Record<string, string>>;

/** No limit here: the signal of each call ends after the messenger's `timeoutMs`. */
const timeoutMs = 2 ** 31 - 1;

/** @throws ArgumentError `option_invalid` for a wrong proxy that a function returned. */
export function openGraph({ apiRoot, version, proxy, token, appSecret, secrets: more = [] }: GraphCredentials): Graph {
  const proof = token === undefined || appSecret === undefined ? undefined : appSecretProof(token, appSecret);
  const secrets = [token, appSecret, proof, ...more];
  const http = createHttp({ baseUrl: `${apiRoot}/${version}`, proxy, timeoutMs, secrets });
  // The token goes into a header, so that logs of URLs do not show it.
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const proved = proof === undefined ? {} : { appsecret_proof: proof };

  const read = async (response: Response, isForeign: boolean): Promise<Answer> => {
    const text = await response.text();
    const reply = jsonObject(text);
    const refusal = refusalOf(response, fieldsOf(reply?.error), http.excerpt);
    if (refusal) throw errorFor(refusal, isForeign);
    // A successful reply is not shown: it can hold a new token, which is not redacted yet.
    if (!response.ok || !reply) throw gatewayError(response, response.ok ? '' : http.excerpt(text));
    return { reply, headers: response.headers };
  };

  return {
    async post(path, parameters, { signal, isForeign }) {
      const body = new URLSearchParams({ ...parameters, ...proved });
      return read(await http.post(path, { body, headers, signal, throwHttpErrors: false }), isForeign);
    },
    async get(path, parameters, signal) {
      try {
        const searchParams = { ...parameters, ...proved };
        return await read(await http.get(path, { searchParams, headers, signal, throwHttpErrors: false }), false);
      } catch (error) {
        if (errorKind(error) !== 'unknown') throw error;
        const { message, code, cause } = error as UnknownOutcomeError;
        throw new TransientError(message, { code, cause });
      }
    },
    redact: http.excerpt,
    close: () => http.close(),
  };
}

/** Reads the error of a reply. Some errors have the status 200. */
function refusalOf({ status, headers }: Response, error: Fields | undefined, redact: (words: string) => string): Refusal | undefined {
  if (!error || !Number.isInteger(error.code)) return undefined;
  const texts = [error.message, error.error_user_title, error.error_user_msg].filter((text) => typeof text === 'string' && text !== '');
  // Facebook's support asks for this id.
  const trace = typeof error.fbtrace_id === 'string' ? ` [fbtrace_id ${redact(error.fbtrace_id)}]` : '';
  return {
    status,
    code: error.code as number,
    subcode: Number.isInteger(error.error_subcode) ? (error.error_subcode as number) : undefined,
    words: `${redact(texts.join(' / '))}${trace}`,
    isTransient: error.is_transient === true,
    waitMs: waitFor(headers),
  };
}

/**
 * Returns the HMAC-SHA-256 of the token by the app's secret, in hex:
 * https://developers.facebook.com/docs/graph-api/guides/secure-requests#appsecret_proof.
 */
export const appSecretProof = (token: string, appSecret: string): string => createHmac('sha256', appSecret).update(token).digest('hex');

const fieldsOf = (value: unknown): Fields | undefined => (typeof value === 'object' && value !== null ? (value as Fields) : undefined);
