import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Emulator, Received } from '@sitemessage/core/testing';
import type { Protocol, ProtocolContext, RunningProtocol } from '@sitemessage/sandbox';
import { type Reply, replyFor } from './faults.ts';

/** The emulator of the provider: `sandbox['pigeon-post']`. */
export interface PigeonPostEmulator extends RunningProtocol {
  /** The emulator for `messengerContract`. */
  readonly emulator: Emulator;
  /** The options for `pigeonPost(sandbox['pigeon-post'].options)`. */
  readonly options: { readonly token: string; readonly apiRoot: string };
  /** Answers the next message with this reply, and does not accept the message. */
  answer(reply: Reply): void;
}

/**
 * The protocol for `startSandbox({ protocols: [pigeonPost] })`.
 *
 * CHANGE: make the emulator as strict as your provider, or stricter.
 */
export const pigeonPost: Protocol<'pigeon-post', PigeonPostEmulator> = { name: 'pigeon-post', start };

const token = 'sandbox-token-0123456789';

async function start({ inbox }: ProtocolContext): Promise<PigeonPostEmulator> {
  const accepted: Received[] = [];
  /**
   * The ids of messages by idempotency key. A repeated key gets the same id, and nothing is accepted again.
   */
  const ids = new Map<string, string>();
  const sockets = new Set<Socket>();
  /** The id for the next message. Undefined: a new one. */
  let nextId: string | undefined;
  let fault: { readonly reply: Reply | undefined; readonly when: 'before' | 'after'; times: number } | undefined;

  /** Applies the fault that is due. Returns true when it has ended the request. */
  const isEndedByFault = (when: 'before' | 'after', response: ServerResponse): boolean => {
    if (fault?.when !== when || fault.times === 0) return false;
    fault.times -= 1;
    if (fault.reply) send(response, fault.reply);
    else response.destroy();
    return true;
  };

  /** Accepts a message. Returns its id. */
  const accept = (to: string, text: string, raw: string): string => {
    accepted.push({ address: to, text });
    inbox.add({ protocol: 'pigeon-post', address: to, text: text.trimEnd(), headers: {}, attachments: [], raw });
    const id = nextId ?? `message-${accepted.length}`;
    nextId = undefined;
    return id;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let raw = '';
    for await (const chunk of request.setEncoding('utf8')) raw += chunk;
    // Providers repeat the token in errors. A messenger that shows it fails the contract.
    const { authorization } = request.headers;
    if (authorization !== `Bearer ${token}`) {
      return send(response, { status: 401, body: { error: 'unauthorized', message: `not logged in by ${authorization}` } });
    }
    if (request.method !== 'POST' || request.url !== '/v1/messages') {
      return send(response, { status: 404, body: { error: 'unknown_method', message: 'there is no such method' } });
    }
    if (isEndedByFault('before', response)) return;
    const { to, text } = JSON.parse(raw) as { to: string; text: string };
    if (text === '' || text.length > 4_000) {
      return send(response, { status: 400, body: { error: 'bad_text', message: 'the text is empty or too long' } });
    }
    const key = request.headers['idempotency-key'];
    const isKeyed = typeof key === 'string';
    const id = (isKeyed ? ids.get(key) : undefined) ?? accept(to, text, raw);
    if (isKeyed) ids.set(key, id);
    if (!isEndedByFault('after', response)) send(response, { status: 200, body: { id } });
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
      received: () => [...accepted],
      fail({ times = 1, when, ...asked }) {
        fault = { reply: replyFor(asked, token), when, times };
      },
      answerWith(id) {
        nextId = id;
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
