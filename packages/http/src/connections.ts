import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { withoutBody } from './no-content.ts';
import type { Settings } from './options.ts';
import { proxyAgent } from './proxy-agent.ts';
import { exchange } from './request.ts';

/** What sends requests over connections that are kept alive, until it is closed. */
export interface Connections {
  /** The reply, read to its end. @throws Interruption that says whether anything may have been sent. */
  send(request: Request): Promise<Response>;
  close(): void;
}

/**
 * Not the global `fetch`, which cannot say whether a request was written when it failed, and takes an agent of no library: of those for
 * SOCKS and CONNECT, none that is kept well fits the dispatcher of every Node from 22 on.
 */
export function openConnections({ baseUrl, proxy, timeoutMs }: Settings): Connections {
  const agent = agentFor(baseUrl.protocol === 'https:', proxy);
  const closing = new AbortController();
  return {
    async send(request) {
      const body = request.body ? await drain(request.body) : undefined;
      const reply = await exchange(new URL(request.url), {
        method: request.method,
        headers: { ...Object.fromEntries(request.headers), ...(body && { 'content-length': String(body.length) }) },
        body,
        agent,
        timeoutMs,
        signals: [request.signal, closing.signal],
      });
      const { status, statusText } = reply;
      const head = { status, statusText, headers: reply.headers as [string, string][] };
      return new Response(withoutBody.includes(status) ? null : reply.body, head);
    },
    close() {
      closing.abort();
      agent.destroy();
    },
  };
}

/** Gives the stream back unlocked: ky cancels it, and of a locked one that makes an error for each request, a fifth of its CPU time. */
async function drain(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function agentFor(isSecure: boolean, proxy: URL | undefined): HttpAgent {
  if (proxy) return proxyAgent(proxy, isSecure);
  return isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
}
