import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A server that gives OAuth2 tokens. */
export interface TokenEndpoint extends AsyncDisposable {
  readonly url: string;
  /** Returns the forms of all requests, oldest first. */
  asked(): readonly Readonly<Record<string, string>>[];
}

/** Starts a server with one answer: JSON, bytes, or a page. A function is called for each request. */
export async function startTokenEndpoint(
  answer: object | string | (() => object),
  status = 200,
  headers: Record<string, string> = {},
): Promise<TokenEndpoint> {
  const asked: Record<string, string>[] = [];
  const server = createServer(async (request, response) => {
    asked.push(Object.fromEntries(new URLSearchParams(await text(request))));
    response.writeHead(status, headers).end(bodyOf(typeof answer === 'function' ? answer() : answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const bodyOf = (answer: object | string): string | Uint8Array =>
  typeof answer === 'string' || answer instanceof Uint8Array ? answer : JSON.stringify(answer);
