import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as it came over the line. */
interface Tapped {
  readonly verb: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that gives every request the same answer, and keeps what it heard. */
export async function startTap(answer: unknown): Promise<AsyncDisposable & { readonly url: string; readonly requests: readonly Tapped[] }> {
  const requests: Tapped[] = [];
  const server = createServer(async (incoming, response) => {
    const { method, url, headers } = incoming;
    requests.push({ verb: method, url, headers, body: await text(incoming) });
    response.end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
