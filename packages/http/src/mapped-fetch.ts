import type { Redactor } from '@sitemessage/core';
import { failureOf } from './failure.ts';
import { withoutBody } from './no-content.ts';
import { Aborted, Interruption } from './request.ts';

type Fetch = typeof globalThis.fetch;

/**
 * A `fetch` that throws nothing but errors of core: ky would let through what is no `Error`, and what goes wrong when somebody reads the
 * body. So that is read here.
 */
export function mapped(fetch: Fetch, redactor: Redactor): Fetch {
  return async (input, init) => {
    try {
      const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
      if (signal?.aborted) throw new Interruption(false, new Aborted(signal.reason));
      const response = await fetch(input, init);
      const body = await response.arrayBuffer();
      return new Response(withoutBody.includes(response.status) ? null : body, response);
    } catch (error) {
      throw failureOf(error, redactor);
    }
  };
}
