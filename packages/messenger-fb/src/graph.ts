import { errorKind, TransientError, type UnknownOutcomeError } from '@sitemessage/core';
import { createHttp, jsonObject } from '@sitemessage/http';
import { errorFor, type Refusal } from './errors.ts';
import { gatewayError } from './gateway.ts';
import type { Place } from './options.ts';
import { appSecretProof } from './proof.ts';
import { waitFor } from './usage.ts';

/** Who asks, and where. */
export interface GraphCredentials extends Place {
  /** Goes along with every request. Undefined where none is needed. */
  readonly token: string | undefined;
  readonly appSecret: string | undefined;
  /** What else goes along and must be seen in no error. */
  readonly secrets?: readonly string[];
}

export type Fields = Readonly<Record<string, unknown>>;

interface Answer {
  readonly reply: Fields;
  readonly headers: Headers;
}

/** The Graph API in one version: https://developers.facebook.com/docs/graph-api/overview. */
export interface Graph {
  /** Changes something. @throws One of core's errors, also for what Facebook refuses. */
  post(path: string, parameters: Parameters, options: { readonly signal: AbortSignal; readonly isForeign: boolean }): Promise<Answer>;
  /** Reads. @throws One of core's errors; none of unknown outcome, since reading has none. */
  get(path: string, parameters: Parameters, signal: AbortSignal): Promise<Answer>;
  /** The text without the secrets that go along. */
  redact(text: string): string;
  close(): void;
}

type Parameters = Readonly<Record<string, string>>;

/** Whoever calls has a signal that knows how long to wait: `timeoutMs` of the messenger. */
const timeoutMs = 2 ** 31 - 1;

/** @throws ArgumentError `option_invalid` for a wrong proxy that a function returned. */
export function openGraph({ apiRoot, version, proxy, token, appSecret, secrets: more = [] }: GraphCredentials): Graph {
  const proof = token === undefined || appSecret === undefined ? undefined : appSecretProof(token, appSecret);
  const secrets = [token, appSecret, proof, ...more];
  const http = createHttp({ baseUrl: `${apiRoot}/${version}`, proxy, timeoutMs, secrets });
  // In a header it is in no log of addresses.
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const proved = proof === undefined ? {} : { appsecret_proof: proof };

  const read = async (response: Response, isForeign: boolean): Promise<Answer> => {
    const text = await response.text();
    const reply = jsonObject(text);
    const refusal = refusalOf(response, fieldsOf(reply?.error), http.excerpt);
    if (refusal) throw errorFor(refusal, isForeign);
    // What a good one says is not shown: it can hold a token that nobody knows yet.
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

/** Errors come with a status of their own, and some with 200. */
function refusalOf({ status, headers }: Response, error: Fields | undefined, shown: (words: string) => string): Refusal | undefined {
  if (!error || !Number.isInteger(error.code)) return undefined;
  const texts = [error.message, error.error_user_title, error.error_user_msg].filter((text) => typeof text === 'string' && text !== '');
  // What Facebook's support asks for.
  const trace = typeof error.fbtrace_id === 'string' ? ` [fbtrace_id ${shown(error.fbtrace_id)}]` : '';
  return {
    status,
    code: error.code as number,
    subcode: Number.isInteger(error.error_subcode) ? (error.error_subcode as number) : undefined,
    words: `${shown(texts.join(' / '))}${trace}`,
    isTransient: error.is_transient === true,
    waitMs: waitFor(headers),
  };
}

const fieldsOf = (value: unknown): Fields | undefined => (typeof value === 'object' && value !== null ? (value as Fields) : undefined);
