import { ConfigurationError, type Redactor, TransientError, UnknownOutcomeError } from '@sitemessage/core';
import { ProxyError } from './proxy-error.ts';
import { Aborted, Interruption, Timeout } from './request.ts';

/** The server is not who it should be: https://nodejs.org/api/tls.html#x509-certificate-error-codes. */
const certificateCode =
  /^(CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;
/** Those of a `fetch` that was given, for which no line stood yet. */
const unconnected: readonly unknown[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

/** What stopped a request before there was a reply, as the error that says what to do next. Without a secret. */
export function failureOf(error: unknown, redactor: Redactor): Error {
  const { isWritten, cause } = error instanceof Interruption ? error : given(error);
  const words = redactor.text(wordsOf(cause));
  const options = { cause: redactor.cause(cause) };
  if (isWritten) {
    const code = isTimeout(cause) ? 'http_no_reply' : 'http_interrupted';
    return new UnknownOutcomeError(`The request was written, and then: ${words}.`, { code, ...options });
  }
  const message = `Nothing was sent: ${words}.`;
  if (cause instanceof ProxyError) return proxyFailure(cause, message, options.cause);
  if (certificateCode.test(String(codeOf(cause)))) {
    return new ConfigurationError(`Nothing was sent: the certificate of the server is not to be trusted: ${words}.`, {
      code: 'http_certificate',
      ...options,
    });
  }
  if (cause instanceof Aborted) return new TransientError(message, { code: 'http_aborted', ...options });
  return new TransientError(message, { code: cause instanceof TypeError ? 'http_request' : 'http_connection', ...options });
}

function proxyFailure({ fault, retryAfterMs }: ProxyError, message: string, cause: Error | undefined): Error {
  if (fault === 'target') return new TransientError(message, { code: 'http_connection', cause });
  const code = `proxy_${fault}`;
  if (fault !== 'busy') return new ConfigurationError(message, { code, cause });
  return new TransientError(message, { code, scope: 'messenger', cause, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}

/** `fetch` and ky wrap what went wrong, one around the other. What they do not say is taken for written. */
function given(error: unknown): { readonly isWritten: boolean; readonly cause: unknown } {
  const causes = [...chain(error)];
  const unwritten = causes.find((cause) => unconnected.includes(codeOf(cause)) || certificateCode.test(String(codeOf(cause))));
  return unwritten ? { isWritten: false, cause: unwritten } : { isWritten: true, cause: causes.at(-1) };
}

function* chain(error: unknown, depth = 0): Generator<unknown> {
  yield error;
  const cause = (error as { cause?: unknown } | undefined)?.cause;
  if (cause !== undefined && depth < 5) yield* chain(cause, depth + 1);
}

/** By name: ky and `AbortSignal.timeout` have errors of their own for it. */
const isTimeout = (error: unknown): boolean =>
  error instanceof Timeout || (error as { name?: unknown } | undefined)?.name === 'TimeoutError';

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | undefined)?.code;

/** An error for several addresses of one name (Happy Eyeballs) has no words of its own. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(wordsOf).join(', ');
  return error instanceof Error && error.message !== '' ? error.message : String(codeOf(error) ?? error);
}
