import type { Redactor } from '@sitemessage/core';
import { readBody } from './body.ts';
import { failureOf } from './failure.ts';
import { withoutBody } from './no-content.ts';
import { Aborted, Interruption } from './request.ts';

type Fetch = typeof globalThis.fetch;

/** Sends a request of ky's, and gives the reply, read to its end: what goes wrong when ky reads it is mapped by nobody. */
type Send = (request: Request, init?: RequestInit) => Promise<Response>;

/** A `fetch` that throws nothing but errors of core: ky would let through what is no `Error`. */
export function mapped(send: Send, redactor: Redactor): Fetch {
  return async (input, init) => {
    try {
      return await send(input as Request, init);
    } catch (error) {
      throw failureOf(error, redactor);
    }
  };
}

/** By the `fetch` that was given. */
export function sendBy(fetch: Fetch): Send {
  return async (request, init) => {
    if (request.signal.aborted) throw new Interruption(false, new Aborted(request.signal.reason));
    const response = await fetch(request, init);
    const body = response.body && (await readBody(response.body));
    return new Response(withoutBody.includes(response.status) ? null : body, response);
  };
}
