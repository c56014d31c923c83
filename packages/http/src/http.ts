import { errorKind, redactor } from '@sitemessage/core';
import ky, { isHTTPError, type KyInstance } from 'ky';
import { openConnections } from './connections.ts';
import { failureOf } from './failure.ts';
import { guarded } from './guarded.ts';
import { parseJson } from './json.ts';
import { mapped, sendBy } from './mapped-fetch.ts';
import { withoutBody } from './no-content.ts';
import { type HttpOptions, readOptions } from './options.ts';
import { excerpt, statusError, unreadable } from './status-error.ts';

/** A ky instance (https://github.com/sindresorhus/ky) for one provider. */
export type Http = KyInstance & {
  /** What the provider says, as it may stand in an error: without a secret, and 300 characters of it at most. */
  excerpt(words: string): string;
  /** Ends its connections, also those in use; nothing is sent any more. A messenger does it when its session is closed. */
  close(): void;
};

/**
 * Requests to one provider, made so that core can act on whatever goes wrong: nothing is tried again here, every error is one of core's
 * and holds no secret, and it says whether anything was sent.
 *
 * - `TransientError`: nothing was sent (`http_connection`, `http_aborted`, `http_request`, `proxy_busy`), or a status that may pass (`http_503`, `http_429`).
 * - `UnknownOutcomeError`: the request was written, and no reply came (`http_no_reply`, `http_interrupted`), or one that says nothing
 *   (`http_502`, `http_504`, `http_unreadable`).
 * - `ConfigurationError`: the proxy (`proxy_refused`, `proxy_unreachable`), the certificate of the server (`http_certificate`), `http_401`,
 *   `http_403`, `http_407`, or a redirection such as `http_302`.
 * - `PermanentError`: every other status, such as `http_400`.
 *
 * A provider whose replies say more is asked with `throwHttpErrors: false`. Redirections are not followed: a token must not go elsewhere.
 * Replies are kept in memory, up to 8 MiB of each, so not for downloads; and no environment variable names a proxy. ky's `retry` is refused, also for one request.
 *
 * @throws ArgumentError `option_unknown` or `option_invalid`, which names the option and shows no secret.
 */
export function createHttp(options: HttpOptions): Http {
  const settings = readOptions(options);
  const secrets = redactor(settings.secrets);
  const connections = openConnections(settings);
  const instance = ky.create({
    prefix: settings.baseUrl.href,
    fetch: mapped(settings.fetch ? sendBy(settings.fetch) : connections.send, secrets),
    retry: 0,
    timeout: settings.fetch ? settings.timeoutMs : false,
    redirect: 'manual',
    parseJson(text, { response }) {
      if (withoutBody.includes(response.status)) return undefined;
      try {
        return parseJson(text);
      } catch {
        throw unreadable(response, text, secrets);
      }
    },
    hooks: {
      beforeError: [
        ({ error }) => {
          if (isHTTPError(error)) return statusError(error.response, error.data, secrets);
          return isOurs(error) ? error : failureOf(error, secrets);
        },
      ],
    },
  });
  return Object.assign(guarded(instance, secrets), {
    excerpt: (words: string) => excerpt(words, secrets),
    close: () => connections.close(),
  });
}

/** Such as one that a hook has thrown. By its kind, as it may be of another copy of core. */
const isOurs = (error: Error): boolean => 'kind' in error && error.kind === errorKind(error);
