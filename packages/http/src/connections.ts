import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { withoutBody } from './no-content.ts';
import type { Settings } from './options.ts';
import { proxyAgent } from './proxy-agent.ts';
import { exchange } from './request.ts';

/** A `fetch` over connections that are kept alive, until it is closed. */
export interface Connections {
  readonly fetch: typeof globalThis.fetch;
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
    async fetch(input, init) {
      const given = new Request(input, init);
      const body = given.body ? Buffer.from(await given.arrayBuffer()) : undefined;
      const headers = { ...Object.fromEntries(given.headers), ...(body && { 'content-length': String(body.length) }) };
      const {
        status,
        statusText,
        headers: received,
        body: content,
      } = await exchange(new URL(given.url), {
        method: given.method,
        headers,
        body,
        agent,
        timeoutMs,
        signals: [given.signal, closing.signal],
      });
      const response = { status, statusText, headers: received as [string, string][] };
      return new Response(withoutBody.includes(status) ? null : (content as Uint8Array<ArrayBuffer>), response);
    },
    close() {
      closing.abort();
      agent.destroy();
    },
  };
}

function agentFor(isSecure: boolean, proxy: URL | undefined): HttpAgent {
  if (proxy) return proxyAgent(proxy, isSecure);
  return isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
}
