import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Emulator, Fault, Received } from '@sitemessage/core/testing';
import type { Protocol, ProtocolContext, RunningProtocol } from '@sitemessage/sandbox';

/** The provider in a sandbox: `sandbox['my-protocol']`. */
export interface MyProtocolEmulator extends RunningProtocol {
  readonly emulator: Emulator;
  /** Ready for `myProtocol(sandbox['my-protocol'].options)`. */
  readonly options: { readonly token: string; readonly apiRoot: string };
}

/** `startSandbox({ protocols: [myProtocol] })` starts it. CHANGE: it should be as strict as the provider, or stricter. */
export const myProtocol: Protocol<'my-protocol', MyProtocolEmulator> = { name: 'my-protocol', start };

const token = 'sandbox-token-0123456789';

async function start({ inbox }: ProtocolContext): Promise<MyProtocolEmulator> {
  const taken: Received[] = [];
  const sockets = new Set<Socket>();
  let fault: (Fault & { times: number }) | undefined;

  /** Whether something goes wrong now, and has ended the request. */
  const strikes = (when: Fault['when'], response: ServerResponse): boolean => {
    if (fault?.when !== when || fault.times === 0) return false;
    fault.times -= 1;
    if (fault.kind === 'unknown') response.destroy();
    else answer(response, statusFor(fault), fault.retryAfterMs);
    return true;
  };

  const server = createServer(async (request, response) => {
    const { socket } = request;
    // Those that ask for something: after an abort, `fetch` of some Nodes keeps another one open for 4 s, and never uses it.
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    let raw = '';
    for await (const chunk of request.setEncoding('utf8')) raw += chunk;
    if (request.headers.authorization !== `Bearer ${token}`) return answer(response, 401);
    if (strikes('before', response)) return;
    const { to, text } = JSON.parse(raw) as { to: string; text: string };
    taken.push({ address: to, text });
    inbox.add({ protocol: 'my-protocol', address: to, text: text.trimEnd(), headers: {}, attachments: [], raw });
    if (!strikes('after', response)) answer(response, 204);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    options: { token, apiRoot: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` },
    emulator: {
      received: () => [...taken],
      fail(asked) {
        fault = { times: 1, ...asked };
      },
      // This provider answers with a status alone. CHANGE: put the text where your provider tells the id of a message.
      answerWith: () => undefined,
      connections: () => sockets.size,
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** `fetch` keeps its connections for the whole process, unless the server closes them. */
function answer(response: ServerResponse, status: number, retryAfterMs?: number): void {
  const wait = retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) };
  response.writeHead(status, { connection: 'close', ...wait }).end();
}

function statusFor({ kind, scope = 'dispatch' }: Fault): number {
  if (kind === 'permanent') return 410;
  if (kind === 'configuration') return 401;
  return scope === 'dispatch' ? 503 : 429;
}
