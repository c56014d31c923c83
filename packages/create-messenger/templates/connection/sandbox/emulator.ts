import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Emulator, Received } from '@sitemessage/core/testing';
import type { Protocol, ProtocolContext, RunningProtocol } from '@sitemessage/sandbox';
import { type Refusal, refusalFor } from './faults.ts';
import { readRequest } from './request.ts';

/** The provider in a sandbox: `sandbox['my-protocol']`. */
export interface MyProtocolEmulator extends RunningProtocol {
  /** What `messengerContract` questions and breaks. */
  readonly emulator: Emulator;
  /** Ready for `myProtocol(sandbox['my-protocol'].options)`. */
  readonly options: { readonly token: string; readonly host: string; readonly port: number; readonly tls: false };
  /** Refuses the next message with this. */
  refuse(refusal: Refusal): void;
  /** Drops the line at the next login. */
  hangUp(): void;
}

/** `startSandbox({ protocols: [myProtocol] })` starts it. CHANGE: it should be as strict as the provider, or stricter. */
export const myProtocol: Protocol<'my-protocol', MyProtocolEmulator> = { name: 'my-protocol', start };

const token = 'sandbox-token-0123456789';
const host = '127.0.0.1';

/** Where something goes wrong: in place of the reply to the login, or before or after the message is taken. */
type Stage = 'login' | 'before' | 'after';

async function start({ inbox }: ProtocolContext): Promise<MyProtocolEmulator> {
  const taken: Received[] = [];
  const sockets = new Set<Socket>();
  /** The id of the next message, in place of its own. */
  let given: string | undefined;
  let fault: { readonly refusal: Refusal | undefined; readonly stage: Stage; times: number } | undefined;

  /** Whether something goes wrong now, instead of a reply. */
  const strikes = (stage: Stage, socket: Socket, re?: string): boolean => {
    if (fault?.stage !== stage || fault.times === 0) return false;
    fault.times -= 1;
    if (fault.refusal) say(socket, { re, ...fault.refusal });
    else socket.destroy();
    return true;
  };

  const take = (address: string, text: string, raw: string): string => {
    taken.push({ address, text });
    inbox.add({ protocol: 'my-protocol', address, text: text.trimEnd(), headers: {}, attachments: [], raw });
    const id = given ?? `message-${taken.length}`;
    given = undefined;
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
        if (strikes('login', socket)) return;
        isLoggedIn = login === token;
        // Providers repeat what they were given. A messenger that shows it fails the contract.
        return say(socket, isLoggedIn ? {} : { error: 'unauthorized', message: `not logged in by ${login}` });
      }
      if (!isLoggedIn || id === undefined) return void socket.destroy();
      if (strikes('before', socket, id)) return;
      if (text === '' || text.length > 4_000) return say(socket, { re: id, error: 'bad_text', message: 'it is empty, or too long' });
      const given = take(to, text, raw);
      if (!strikes('after', socket, id)) say(socket, { re: id, id: given });
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
      received: () => [...taken],
      fail({ times = 1, when, ...asked }) {
        // Who may not send is told when it logs in.
        fault = { refusal: refusalFor(asked, token), stage: asked.kind === 'configuration' ? 'login' : when, times };
      },
      answerWith(id) {
        given = id;
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

const say = (socket: Socket, reply: object): void => void socket.write(`${JSON.stringify(reply)}\n`);
