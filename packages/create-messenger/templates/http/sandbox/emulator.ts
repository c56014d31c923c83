import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Emulator, Received } from '@sitemessage/core/testing';
import type { Protocol, ProtocolContext, RunningProtocol } from '@sitemessage/sandbox';
import { type Reply, replyFor } from './faults.ts';

/** The provider in a sandbox: `sandbox['my-protocol']`. */
export interface MyProtocolEmulator extends RunningProtocol {
  /** What `messengerContract` questions and breaks. */
  readonly emulator: Emulator;
  /** Ready for `myProtocol(sandbox['my-protocol'].options)`. */
  readonly options: { readonly token: string; readonly apiRoot: string };
  /** Answers the next message with this, and takes nothing. */
  answer(reply: Reply): void;
}

/** `startSandbox({ protocols: [myProtocol] })` starts it. CHANGE: it should be as strict as the provider, or stricter. */
export const myProtocol: Protocol<'my-protocol', MyProtocolEmulator> = { name: 'my-protocol', start };

const token = 'sandbox-token-0123456789';

async function start({ inbox }: ProtocolContext): Promise<MyProtocolEmulator> {
  const taken: Received[] = [];
  /** The ids of messages by the keys that they came under: the same key is answered again, and not taken again. */
  const ids = new Map<string, string>();
  const sockets = new Set<Socket>();
  /** The id of the next message, in place of its own. */
  let given: string | undefined;
  let fault: { readonly reply: Reply | undefined; readonly when: 'before' | 'after'; times: number } | undefined;

  /** Whether something goes wrong now, and has ended the request. */
  const strikes = (when: 'before' | 'after', response: ServerResponse): boolean => {
    if (fault?.when !== when || fault.times === 0) return false;
    fault.times -= 1;
    if (fault.reply) send(response, fault.reply);
    else response.destroy();
    return true;
  };

  const take = (to: string, text: string, raw: string): string => {
    taken.push({ address: to, text });
    inbox.add({ protocol: 'my-protocol', address: to, text: text.trimEnd(), headers: {}, attachments: [], raw });
    const id = given ?? `message-${taken.length}`;
    given = undefined;
    return id;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let raw = '';
    for await (const chunk of request.setEncoding('utf8')) raw += chunk;
    // Providers repeat what they were given. A messenger that shows it fails the contract.
    const { authorization } = request.headers;
    if (authorization !== `Bearer ${token}`) {
      return send(response, { status: 401, body: { error: 'unauthorized', message: `not logged in by ${authorization}` } });
    }
    if (request.method !== 'POST' || request.url !== '/v1/messages') {
      return send(response, { status: 404, body: { error: 'unknown_method', message: 'there is no such method' } });
    }
    if (strikes('before', response)) return;
    const { to, text } = JSON.parse(raw) as { to: string; text: string };
    if (text === '' || text.length > 4_000) {
      return send(response, { status: 400, body: { error: 'bad_text', message: 'it is empty, or too long' } });
    }
    const key = request.headers['idempotency-key'];
    const isKeyed = typeof key === 'string';
    const id = (isKeyed ? ids.get(key) : undefined) ?? take(to, text, raw);
    if (isKeyed) ids.set(key, id);
    if (!strikes('after', response)) send(response, { status: 200, body: { id } });
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    options: { token, apiRoot: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` },
    answer(reply) {
      fault = { reply, when: 'before', times: 1 };
    },
    emulator: {
      received: () => [...taken],
      fail({ times = 1, when, ...asked }) {
        fault = { reply: replyFor(asked, token), when, times };
      },
      answerWith(id) {
        given = id;
      },
      connections: () => sockets.size,
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function send(response: ServerResponse, { status, headers, body = '' }: Reply): void {
  response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
}
