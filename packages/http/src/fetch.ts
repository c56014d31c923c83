import type { Redactor } from '@sitemessage/core';
import { makeResponse, readBody } from './body.ts';
import { failureOf } from './errors.ts';
import { AbortError, RequestError } from './request.ts';

type Fetch = typeof globalThis.fetch;

/**
 * Sends a request of ky and returns the reply, read to its end. An error while ky reads would not be
 * mapped.
 */
type Send = (request: Request, init?: RequestInit) => Promise<Response>;

/**
 * Makes a `fetch` for ky that throws errors of core only. ky passes on a thrown value that is not an
 * `Error`.
 */
export function mapErrors(send: Send, redactor: Redactor): Fetch {
  return async (input, init) => {
    try {
      return await send(input as Request, init);
    } catch (error) {
      throw failureOf(error, redactor);
    }
  };
}

/** Sends by the `fetch` of the options. */
export function sendBy(fetch: Fetch): Send {
  return async (request, init) => {
    if (request.signal.aborted) throw new RequestError(false, new AbortError(request.signal.reason));
    const response = await fetch(request, init);
    return makeResponse(response.body && (await readBody(response.body)), response);
  };
}
