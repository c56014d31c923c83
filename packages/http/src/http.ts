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
 * Makes requests to one provider. Every error is one of core's, holds no secret, and says if anything was
 * sent; the README lists the codes. Nothing is tried again, no redirect is followed, and a reply may have 8
 * MiB. Pass `throwHttpErrors: false` for a provider whose replies say more than the status.
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

/**
 * Recognizes an error that a hook has thrown. It compares the kind, because the process may have two copies
 * of core.
 */
const isCoreError = (error: Error): boolean => 'kind' in error && error.kind === errorKind(error);
