import { type Delivery, type Receipt, UnknownOutcomeError } from '@sitemessage/core';
import { postOf } from './content.ts';
import type { Graph } from './graph.ts';
import { pauseFor } from './usage.ts';

/** Posts a delivery, with one request. `own`: the page that `''` stands for, and whose token it is. */
export async function send(graph: Graph, { address, content }: Delivery, own: string, signal: AbortSignal): Promise<Receipt> {
  const page = address === '' ? own : address;
  const { reply, headers } = await graph.post(`${page}/feed`, { ...postOf(content) }, { signal, isForeign: page !== own });
  // The page and the post in it, as in its URL: https://www.facebook.com/{id}.
  const { id } = reply;
  if (typeof id !== 'string' || id === '') {
    throw new UnknownOutcomeError('Facebook answered with neither the id of a post nor an error.', { code: 'fb_unreadable' });
  }
  // Core stores the id and tells it in events, and a broken server may answer with the token.
  const pauseMs = pauseFor(headers);
  return { providerId: graph.redact(id), ...(pauseMs !== undefined && { pauseMs }) };
}
