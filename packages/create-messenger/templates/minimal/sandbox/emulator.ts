import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Emulator, Fault, Received } from '@sitemessage/core/testing';
import type { Protocol, ProtocolContext, RunningProtocol } from '@sitemessage/sandbox';

/** The emulator of the provider: `sandbox['my-protocol']`. */
export interface MyProtocolEmulator extends RunningProtocol {
  /** The emulator for `messengerContract`. */
  readonly emulator: Emulator;
  /** The options for `myProtocol(sandbox['my-protocol'].options)`. */
  readonly options: { readonly token: string; readonly apiRoot: string };
}

/**
 * The protocol for `startSandbox({ protocols: [myProtocol] })`.
 *
 * CHANGE: make the emulator as strict as your provider, or stricter.
 */
export const myProtocol: Protocol<'my-protocol', MyProtocolEmulator> = { name: 'my-protocol', start };

const token = 'sandbox-token-0123456789';

async function start({ inbox }: ProtocolContext): Promise<MyProtocolEmulator> {
  const accepted: Received[] = [];
  const sockets = new Set<Socket>();
  let fault: (Fault & { times: number }) | undefined;

  /** Applies the fault that is due. Returns true when it has ended the request. */
  const isEndedByFault = (when: Fault['when'], response: ServerResponse): boolean => {
    if (fault?.when !== when || fault.times === 0) return false;
    fault.times -= 1;
    if (fault.kind === 'unknown') response.destroy();
    else answer(response, statusFor(fault), fault.retryAfterMs);
    return true;
  };

  const server = createServer(async (request, response) => {
    const { socket } = request;
    // Only connections with a request count: after an abort, some versions of Node open another one for 4 s.
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    let raw = '';
    for await (const chunk of request.setEncoding('utf8')) raw += chunk;
    if (request.headers.authorization !== `Bearer ${token}`) return answer(response, 401);
    if (isEndedByFault('before', response)) return;
    const { to, text } = JSON.parse(raw) as { to: string; text: string };
    accepted.push({ address: to, text });
    inbox.add({ protocol: 'my-protocol', address: to, text: text.trimEnd(), headers: {}, attachments: [], raw });
    if (!isEndedByFault('after', response)) answer(response, 204);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    options: { token, apiRoot: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` },
    emulator: {
      received: () => [...accepted],
      fail(asked) {
        fault = { times: 1, ...asked };
      },
      // This provider answers with a status only. CHANGE: put the text where your provider has the id of a
      // message.
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

/** Sends a reply and closes the connection. Otherwise `fetch` keeps it until the process ends. */
function answer(response: ServerResponse, status: number, retryAfterMs?: number): void {
  const wait = retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) };
  response.writeHead(status, { connection: 'close', ...wait }).end();
}

function statusFor({ kind, scope = 'dispatch' }: Fault): number {
  if (kind === 'permanent') return 410;
  if (kind === 'configuration') return 401;
  return scope === 'dispatch' ? 503 : 429;
}
