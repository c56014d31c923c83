import { invalidOption, type Redactor, TransientError } from '@sitemessage/core';
import type { KyInstance, Options } from 'ky';

/**
 * The instance, and those that are made from it, with what they throw at once made safe: a `Request` that cannot be made is an error that
 * quotes the header, and that may be the one with the token. And none of them can be told to try again.
 */
export function guarded(instance: KyInstance, redactor: Redactor): KyInstance {
  const guard = <Input, Result>(work: (input: Input, options?: Options) => Result): ((input: Input, options?: Options) => Result) => {
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
  return Object.assign(guard(instance), {
    ...instance,
    ...Object.fromEntries(methods.map((method) => [method, guard(instance[method] as KyInstance['get'])])),
    extend(given: Parameters<KyInstance['extend']>[0]) {
      const made = instance.extend((defaults) => {
        const options = typeof given === 'function' ? given(defaults) : given;
        checkRetry(options);
        return options;
      });
      return guarded(made, redactor);
    },
  }) as KyInstance;
}

/** A request that was tried again in here could be a message that was sent twice, and core would not know. */
function checkRetry({ retry }: Options = {}): void {
  if (retry !== undefined && retry !== 0) throw invalidOption('retry', 'must be left out: sitemessage itself decides what is tried again');
}
