import { errorKind, redactor } from '@sitemessage/core';
import ky, { isHTTPError, type KyInstance } from 'ky';
import { isNullBody } from './body.ts';
import { openConnections } from './connections.ts';
import { excerpt, failureOf, statusError, unreadableReply } from './errors.ts';
import { mapErrors, sendBy } from './fetch.ts';
import { guard } from './guard.ts';
import { parseJson } from './json.ts';
import { type HttpOptions, readOptions } from './options.ts';

/** A ky instance (https://github.com/sindresorhus/ky) for one provider. */
export type Http = KyInstance & {
  /** Redacts a text of the provider for an error, then cuts it after 300 characters. */
  excerpt(words: string): string;
  /** Closes its connections, also those in use; later requests fail. Call it when the session is closed. */
  close(): void;
};

/**
 * Makes requests to one provider, with errors that core can act on. Each is an error of core without a secret,
 * and says whether something was sent:
 *
 * - `TransientError`: nothing was sent (`http_connection`, `http_aborted`, `http_request`, `proxy_busy`), or a
 *   status that may pass (`http_503`, `http_429`).
 * - `UnknownOutcomeError`: the request was written, and no reply came (`http_no_reply`, `http_interrupted`), or
 *   one that does not say what happened (`http_502`, `http_504`, `http_unreadable`).
 * - `ConfigurationError`: the proxy (`proxy_refused`, `proxy_unreachable`), the server's certificate
 *   (`http_certificate`), a refusal (`http_401`, `http_403`, `http_407`), or a redirect such as `http_302`.
 * - `PermanentError`: every other status, such as `http_400`.
 *
 * Pass `throwHttpErrors: false` for a provider whose replies say more than the status. Nothing is tried again,
 * and `retry` of ky is refused. No redirect is followed, because it would send the token to another host.
 * Replies are kept in memory, each up to 8 MiB. No environment variable names a proxy.
 *
 * @throws ArgumentError `option_unknown` or `option_invalid`, which names the option and shows no secret.
 */
export function createHttp(options: HttpOptions): Http {
  const settings = readOptions(options);
  const secrets = redactor(settings.secrets);
  const connections = openConnections(settings);
  const instance = ky.create({
    prefix: settings.baseUrl.href,
    fetch: mapErrors(settings.fetch ? sendBy(settings.fetch) : connections.send, secrets),
    retry: 0,
    timeout: settings.fetch ? settings.timeoutMs : false,
    redirect: 'manual',
    parseJson(text, { response }) {
      if (isNullBody(response.status)) return undefined;
      try {
        return parseJson(text);
      } catch {
        throw unreadableReply(response, text, secrets);
      }
    },
    hooks: {
      beforeError: [
        ({ error }) => {
          if (isHTTPError(error)) return statusError(error.response, error.data, secrets);
          return isCoreError(error) ? error : failureOf(error, secrets);
        },
      ],
    },
  });
  return Object.assign(guard(instance, secrets), {
    excerpt: (words: string) => excerpt(words, secrets),
    close: () => connections.close(),
  });
}

/** Recognizes an error that a hook has thrown. It compares the kind, because the process may have two copies of core. */
const isCoreError = (error: Error): boolean => 'kind' in error && error.kind === errorKind(error);
