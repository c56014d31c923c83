import { createSecureContext } from 'node:tls';
import { createAccepted } from '../../accepted.ts';
import { certificate } from '../../certificate.ts';
import type { InboxMessage } from '../../inbox.ts';
import type { Protocol, ProtocolContext, RunningProtocol } from '../../protocol.ts';
import { childOf, type Element, textOf, write } from './element.ts';
import { createXmppFaults, faultFor, type XmppFault } from './faults.ts';
import type { XmppHost, XmppLogin } from './host.ts';
import { listen } from './listener.ts';
import { account, domain, ns } from './names.ts';
import { Rooms } from './rooms.ts';

/**
 * Options for `xmpp({ ...sandbox.xmpp.options })`: the port with STARTTLS, and the right account and
 * password.
 */
export interface XmppOptions {
  readonly jid: string;
  readonly password: string;
  /** `127.0.0.1`. */
  readonly host: string;
  /** The port with STARTTLS. */
  readonly port: number;
  readonly tls: 'starttls';
  /** The self-signed certificate of the server, in PEM. */
  readonly ca: string;
}

/** The XMPP server of the sandbox: `sandbox.xmpp`. */
export interface XmppEmulator extends RunningProtocol {
  readonly options: XmppOptions;
  /** The ports: with STARTTLS, with TLS from the first byte (`implicit`), and without TLS (`plain`). */
  readonly ports: { readonly starttls: number; readonly implicit: number; readonly plain: number };
  /**
   * Adds a fault. Returns a function that removes it.
   *
   * @throws ArgumentError that names the wrong field.
   */
  fail(fault: XmppFault): () => void;
  /** Removes every fault. */
  heal(): void;
  /** Removes all occupants from a room. */
  kick(room: string): void;
  /** Removes a room and its occupants. The room exists again when a client enters it. */
  remove(room: string): void;
  /** Returns every attempt to log in, right or wrong, oldest first. */
  logins(): readonly XmppLogin[];
  /** Returns the full JIDs of the clients that are logged in now. */
  clients(): readonly string[];
  /** Returns the number of connections that were ever opened. */
  connected(): number;
}

/** XMPP, by a real server that keeps the messages, with and without TLS. */
export const xmpp: Protocol<'xmpp', XmppEmulator> = { name: 'xmpp', start };

async function start({ inbox, random }: ProtocolContext): Promise<XmppEmulator> {
  const { key, cert } = await certificate();
  const context = createSecureContext({ key, cert });
  const accepted = createAccepted();
  const logins: XmppLogin[] = [];
  const host: XmppHost = {
    faults: createXmppFaults(random),
    rooms: new Rooms(),
    clients: new Map(),
    login: (login) => void logins.push(login),
    take(message, raw) {
      const read = readMessage(message, raw);
      accepted.add({ address: read.address, text: read.text });
      inbox.add(read);
    },
  };
  const [starttls, implicit, plain] = await Promise.all([
    listen({ tls: { context, isImplicit: false } }, host),
    listen({ tls: { context, isImplicit: true } }, host),
    // It offers PLAIN without TLS, which a client must not use.
    listen({ tls: undefined }, host),
  ]);
  const listeners = [starttls, implicit, plain];

  return {
    options: {
      jid: `${account.user}@${domain}`,
      password: account.password,
      host: '127.0.0.1',
      port: starttls.port,
      tls: 'starttls',
      ca: cert,
    },
    ports: { starttls: starttls.port, implicit: implicit.port, plain: plain.port },
    fail: (fault) => host.faults.add(fault),
    heal: () => host.faults.clear(),
    kick: (room) => host.rooms.kickAll(room),
    remove: (room) => host.rooms.remove(room),
    logins: () => [...logins],
    clients: () => [...host.clients.keys()],
    connected: () => listeners.reduce((sum, listener) => sum + listener.connected(), 0),
    // `answerWith` has no effect: a server sends no reply to a message that it accepts.
    emulator: accepted.emulator({
      fail(fault) {
        host.faults.clear();
        host.faults.add(faultFor(fault));
      },
      connections: () => listeners.reduce((sum, listener) => sum + listener.connections(), 0),
    }),
    async close() {
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
}

/** Returns a message as its reader sees it. */
function readMessage(message: Element, raw: string): InboxMessage {
  const { id = '', to = '', type = 'normal', from = '' } = message.attrs;
  const subject = childOf(message, 'subject');
  const body = childOf(message, 'body');
  const html = childOf(message, 'html', ns.xhtmlIm);
  const xhtml = html && childOf(html, 'body', ns.xhtml);
  return {
    protocol: 'xmpp',
    address: to,
    from,
    ...(subject && { subject: textOf(subject) }),
    text: (body ? textOf(body) : '').trimEnd(),
    ...(xhtml && { html: xhtml.children.map((child) => (typeof child === 'string' ? child : write(child, ns.xhtml))).join('') }),
    headers: { id, type },
    attachments: [],
    raw,
  };
}
