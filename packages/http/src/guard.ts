import { invalidOption, type Redactor, TransientError } from '@sitemessage/core';
import type { KyInstance, Options } from 'ky';

/**
 * Wraps a ky instance, and the instances that `extend` makes of it. It maps what ky throws at once: the
 * error of a `Request` that cannot be made quotes the header, which may hold the token. And it refuses
 * `retry`.
 */
export function guard(instance: KyInstance, redactor: Redactor): KyInstance {
  const wrap = <Input, Result>(work: (input: Input, options?: Options) => Result): ((input: Input, options?: Options) => Result) => {
    return (input, options) => {
      checkRetry(options);
      try {
        return work(input, options);
      } catch (error) {
        const cause = redactor.cause(error);
        throw new TransientError(`Nothing was sent: the request cannot be made: ${cause?.message}`, { code: 'http_request', cause });
      }
    };
  };
  const methods = ['get', 'post', 'put', 'patch', 'head', 'delete'] as const;
  return Object.assign(wrap(instance), {
    ...instance,
    ...Object.fromEntries(methods.map((method) => [method, wrap(instance[method] as KyInstance['get'])])),
    extend(given: Parameters<KyInstance['extend']>[0]) {
      const extended = instance.extend((defaults) => {
        const options = typeof given === 'function' ? given(defaults) : given;
        checkRetry(options);
        return options;
      });
      return guard(extended, redactor);
    },
  }) as KyInstance;
}

/** Refuses retries of ky: the message could be sent twice, and core would not know. */
function checkRetry({ retry }: Options = {}): void {
  if (retry !== undefined && retry !== 0) throw invalidOption('retry', 'must be left out, because sitemessage decides when to try again');
}
