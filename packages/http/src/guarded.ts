import { type Redactor, TransientError } from '@sitemessage/core';
import type { KyInstance } from 'ky';

/**
 * The instance, and those that are made from it, with what they throw at once made safe: a `Request` that cannot be made is an error that
 * quotes the header, and that may be the one with the token.
 */
export function guarded(instance: KyInstance, redactor: Redactor): KyInstance {
  const guard = <Args extends unknown[], Result>(work: (...args: Args) => Result): ((...args: Args) => Result) => {
    return (...args) => {
      try {
        return work(...args);
      } catch (error) {
        const cause = redactor.cause(error);
        throw new TransientError(`Nothing was sent: the request cannot be made: ${cause?.message}`, { code: 'http_request', cause });
      }
    };
  };
  const methods = ['get', 'post', 'put', 'patch', 'head', 'delete'] as const;
  return Object.assign(guard(instance), {
    ...instance,
    ...Object.fromEntries(methods.map((method) => [method, guard(instance[method] as KyInstance['get'])])),
    extend: (options: Parameters<KyInstance['extend']>[0]) => guarded(instance.extend(options), redactor),
  }) as KyInstance;
}
