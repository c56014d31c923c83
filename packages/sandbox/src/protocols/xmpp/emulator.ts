import { createSecureContext } from 'node:tls';
import type { Emulator, Received } from '@sitemessage/core/testing';
import { certificate } from '../../certificate.ts';
import type { InboxMessage } from '../../inbox.ts';
import type { ProtocolContext, RunningProtocol } from '../../protocol.ts';
import { account, domain } from './account.ts';
import { faultFor } from './contract-faults.ts';
import { childOf, type Element, textOf, write } from './element.ts';
import { createFaults, type XmppFault } from './faults.ts';
import type { XmppHost, XmppLogin } from './host.ts';
import { listen } from './listener.ts';
import { ns } from './namespaces.ts';
import { Rooms } from './rooms.ts';

/** Ready for `xmpp({ ...sandbox.xmpp.options })`. */
export interface XmppOptions {
  readonly jid: string;
  readonly password: string;
  /** 127.0.0.1. */
  readonly host: string;
  /** The one with STARTTLS. */
  readonly port: number;
  /** What the port wants. */
  readonly tls: 'starttls';
  /** The certificate that the server vouches for itself with, in PEM. */
  readonly ca: string;
}

/** The XMPP server of a sandbox: `sandbox.xmpp`. */
export interface XmppEmulator extends RunningProtocol {
  /** What `messengerContract` questions and breaks. Its `fail` replaces every fault; a test of your own takes `fail` beside it. */
  readonly emulator: Emulator;
  /** What a messenger needs to send here: the port with STARTTLS, and the right account and password. */
  readonly options: XmppOptions;
  /** With STARTTLS, with TLS from the first byte on, and without TLS at all. */
  readonly ports: { readonly starttls: number; readonly implicit: number; readonly plain: number };
  /**
   * Makes something go wrong. Returns what lifts it.
   *
   * @throws TypeError that names the field of a fault that cannot strike as it says.
   */
  fail(fault: XmppFault): () => void;
  /** Lifts every fault. */
  heal(): void;
  /** Puts everybody out of this room. */
  kick(room: string): void;
  /** Puts everybody out of this room, which is no more until somebody enters it. */
  remove(room: string): void;
  /** Every attempt to log in, right or wrong, oldest first. */
  logins(): readonly XmppLogin[];
  /** The full JIDs of those who are logged in now. */
  clients(): readonly string[];
  /** Connections that were ever opened. */
  connected(): number;
}

export async function startXmpp({ inbox, random }: ProtocolContext): Promise<XmppEmulator> {
  const { key, cert } = await certificate();
  const context = createSecureContext({ key, cert });
  const taken: Received[] = [];
  const logins: XmppLogin[] = [];
  const host: XmppHost = {
    faults: createFaults(random),
    rooms: new Rooms(),
    clients: new Map(),
    login: (login) => void logins.push(login),
    take(message, raw) {
      const shown = asRead(message, raw);
      taken.push({ address: shown.address, text: shown.text });
      inbox.add(shown);
    },
  };
  const [starttls, implicit, plain] = await Promise.all([
    listen({ tls: { context, isImplicit: false } }, host),
    listen({ tls: { context, isImplicit: true } }, host),
    // It offers PLAIN all the same: a client must not take it.
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
    emulator: {
      received: () => [...taken],
      fail(fault) {
        host.faults.clear();
        host.faults.add(faultFor(fault));
      },
      // A server answers a message with nothing.
      answerWith: () => undefined,
      connections: () => listeners.reduce((sum, listener) => sum + listener.connections(), 0),
    },
    async close() {
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
}

function asRead(message: Element, raw: string): InboxMessage {
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
