import { ConfigurationError, PermanentError, type Redactor, TransientError, UnknownOutcomeError } from '@sitemessage/core';
import { AbortError, RequestError } from './request.ts';
import { retryAfter } from './retry-after.ts';
import { ProxyError } from './tunnel/proxy.ts';

/**
 * Codes for a certificate that is not trusted:
 * https://nodejs.org/api/tls.html#x509-certificate-error-codes.
 */
const certificateCode =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;
/** Codes that a given `fetch` has when it could not connect. */
const connectCodes: readonly unknown[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];
/** Statuses that refuse the token or the address of the API. */
const refusals: readonly number[] = [401, 403, 407];
/** Statuses of a gateway that got no answer from the server. The server may have done what it was asked. */
const gateways: readonly number[] = [502, 504];
const longestExcerpt = 300;

/** Returns the error for a request that got no whole reply, without a secret. */
export function failureOf(error: unknown, redactor: Redactor): Error {
  const { isWritten, cause } = error instanceof RequestError ? error : readFetchError(error);
  const words = redactor.text(wordsOf(cause));
  const options = { cause: redactor.cause(cause) };
  if (isWritten) {
    const code = isTimeout(cause) ? 'http_no_reply' : 'http_interrupted';
    return new UnknownOutcomeError(`The request was written, and then: ${words}.`, { code, ...options });
  }
  const message = `Nothing was sent: ${words}.`;
  if (cause instanceof ProxyError) return proxyFailure(cause, message, options.cause);
  if (certificateCode.test(String(codeOf(cause)))) {
    return new ConfigurationError(`Nothing was sent: the certificate of the server is not trusted: ${words}.`, {
      code: 'http_certificate',
      ...options,
    });
  }
  if (cause instanceof AbortError) return new TransientError(message, { code: 'http_aborted', ...options });
  return new TransientError(message, { code: cause instanceof TypeError ? 'http_request' : 'http_connection', ...options });
}

/**
 * Returns the error for an HTTP status, when the provider's own reply says no more (RFC 9110, 15). 401,
 * 403, 407 and every 3xx are a `ConfigurationError`. 429 holds for the whole messenger. 502 and 504 are of
 * unknown outcome. 408, 425 and every other 5xx are transient. All others are permanent.
 */
export function statusError({ status, headers }: Response, body: unknown, redactor: Redactor): Error {
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
  const message = `The server answered ${status}${text === '' ? '' : `: ${excerpt(text, redactor)}`}`;
  const code = `http_${status}`;
  const retryAfterMs = retryAfter(headers);
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  // A provider's API does not redirect. It has moved, or the login page of a network answers.
  if (refusals.includes(status) || (status >= 300 && status < 400)) return new ConfigurationError(message, { code });
  if (status === 429) return new TransientError(message, { code, scope: 'messenger', ...wait });
  if (gateways.includes(status)) return new UnknownOutcomeError(message, { code });
  if (status >= 500 || status === 408 || status === 425) return new TransientError(message, { code, ...wait });
  return new PermanentError(message, { code });
}

/**
 * Returns the error for a reply that is not JSON, such as the page of a gateway. A status of 300 or more
 * says more.
 */
export function unreadableReply(response: Response, text: string, redactor: Redactor): Error {
  if (!response.ok) return statusError(response, text, redactor);
  return new UnknownOutcomeError(`The reply is not JSON: ${excerpt(text, redactor)}`, { code: 'http_unreadable' });
}

/** Redacts a text, then cuts it after 300 characters. Half of a token would no longer be found. */
export const excerpt = (text: string, redactor: Redactor): string => redactor.text(text).slice(0, longestExcerpt);

function proxyFailure({ fault, retryAfterMs }: ProxyError, message: string, cause: Error | undefined): Error {
  if (fault === 'target') return new TransientError(message, { code: 'http_connection', cause });
  const code = `proxy_${fault}`;
  if (fault !== 'busy') return new ConfigurationError(message, { code, cause });
  return new TransientError(message, { code, scope: 'messenger', cause, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}

/**
 * Reads an error of ky or of a given `fetch`. If it does not name a failure to connect, the request counts
 * as written.
 */
function readFetchError(error: unknown): { readonly isWritten: boolean; readonly cause: unknown } {
  const causes = [...causesOf(error)];
  const unwritten = causes.find((cause) => connectCodes.includes(codeOf(cause)) || certificateCode.test(String(codeOf(cause))));
  return unwritten ? { isWritten: false, cause: unwritten } : { isWritten: true, cause: causes.at(-1) };
}

/** Yields the error and up to five errors that it wraps. */
function* causesOf(error: unknown, depth = 0): Generator<unknown> {
  yield error;
  const cause = (error as { cause?: unknown } | undefined)?.cause;
  if (cause !== undefined && depth < 5) yield* causesOf(cause, depth + 1);
}

/** Compares by name, because ky and `AbortSignal.timeout` have their own classes. */
const isTimeout = (error: unknown): boolean => (error as { name?: unknown } | undefined)?.name === 'TimeoutError';

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | undefined)?.code;

/**
 * Joins the messages of an AggregateError, which has none: one for each address of a name (Happy Eyeballs).
 */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(wordsOf).join(', ');
  return error instanceof Error && error.message !== '' ? error.message : String(codeOf(error) ?? error);
}
