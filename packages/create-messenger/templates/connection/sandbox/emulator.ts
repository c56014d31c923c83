import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Emulator, Received } from '@sitemessage/core/testing';
import type { Protocol, ProtocolContext, RunningProtocol } from '@sitemessage/sandbox';
import { type Refusal, refusalFor } from './faults.ts';

/** The emulator of the provider: `sandbox['my-protocol']`. */
export interface MyProtocolEmulator extends RunningProtocol {
  /** The emulator for `messengerContract`. */
  readonly emulator: Emulator;
  /** The options for `myProtocol(sandbox['my-protocol'].options)`. */
  readonly options: { readonly token: string; readonly host: string; readonly port: number; readonly tls: false };
  /** Refuses the next message. */
  refuse(refusal: Refusal): void;
  /** Closes the connection at the next login. */
  hangUp(): void;
}

/**
 * The protocol for `startSandbox({ protocols: [myProtocol] })`.
 *
 * CHANGE: make the emulator as strict as your provider, or stricter.
 */
export const myProtocol: Protocol<'my-protocol', MyProtocolEmulator> = { name: 'my-protocol', start };

const token = 'sandbox-token-0123456789';
const host = '127.0.0.1';

/** The moment of a fault: in place of the reply to the login, or before or after the message is accepted. */
type Stage = 'login' | 'before' | 'after';

async function start({ inbox }: ProtocolContext): Promise<MyProtocolEmulator> {
  const accepted: Received[] = [];
  const sockets = new Set<Socket>();
  /** The id for the next message. Undefined: a new one. */
  let nextId: string | undefined;
  let fault: { readonly refusal: Refusal | undefined; readonly stage: Stage; times: number } | undefined;

  /** Applies the fault that is due. Returns true when there is nothing more to send. */
  const isEndedByFault = (stage: Stage, socket: Socket, re?: string): boolean => {
    if (fault?.stage !== stage || fault.times === 0) return false;
    fault.times -= 1;
    if (fault.refusal) reply(socket, { re, ...fault.refusal });
    else socket.destroy();
    return true;
  };

  /** Accepts a message. Returns its id. */
  const accept = (address: string, text: string, raw: string): string => {
    accepted.push({ address, text });
    inbox.add({ protocol: 'my-protocol', address, text: text.trimEnd(), headers: {}, attachments: [], raw });
    const id = nextId ?? `message-${accepted.length}`;
    nextId = undefined;
    return id;
  };

  const server = createServer((socket) => {
    let isLoggedIn = false;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    const lines = createInterface({ input: socket });
    lines.on('error', () => undefined);
    lines.on('line', (raw) => {
      const request = readRequest(raw);
      if (!request) return void socket.destroy();
      const { login, id, to = '', text = '' } = request;
      if (login !== undefined) {
        if (isEndedByFault('login', socket)) return;
        isLoggedIn = login === token;
        // Providers repeat the token in errors. A messenger that shows it fails the contract.
        return reply(socket, isLoggedIn ? {} : { error: 'unauthorized', message: `not logged in by ${login}` });
      }
      if (!isLoggedIn || id === undefined) return void socket.destroy();
      if (isEndedByFault('before', socket, id)) return;
      if (text === '' || text.length > 4_000) return reply(socket, { re: id, error: 'bad_text', message: 'the text is empty or too long' });
      const acceptedId = accept(to, text, raw);
      if (!isEndedByFault('after', socket, id)) reply(socket, { re: id, id: acceptedId });
    });
  });
  server.listen(0, host);
  await once(server, 'listening');

  return {
    options: { token, host, port: (server.address() as AddressInfo).port, tls: false },
    refuse(refusal) {
      fault = { refusal, stage: 'before', times: 1 };
    },
    hangUp() {
      fault = { refusal: undefined, stage: 'login', times: 1 };
    },
    emulator: {
      received: () => [...accepted],
      fail({ times = 1, when, ...asked }) {
        // A wrong configuration shows at the login.
        fault = { refusal: refusalFor(asked, token), stage: asked.kind === 'configuration' ? 'login' : when, times };
      },
      answerWith(id) {
        nextId = id;
      },
      connections: () => sockets.size,
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

const reply = (socket: Socket, message: object): void => void socket.write(`${JSON.stringify(message)}\n`);

/** A message of a client. */
interface Request {
  readonly login?: string;
  readonly id?: string;
  readonly to?: string;
  readonly text?: string;
}

const requestFields: readonly (keyof Request)[] = ['login', 'id', 'to', 'text'];

/** Parses a message of a client. Undefined when it is not valid. */
function readRequest(raw: string): Request | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    if (typeof value !== 'object' || value === null) return undefined;
    return requestFields.every((name) => ['string', 'undefined'].includes(typeof Reflect.get(value, name))) ? value : undefined;
  } catch {
    return undefined;
  }
}
