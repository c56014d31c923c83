import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { type SecureContext, TLSSocket } from 'node:tls';
import { account, domain } from './account.ts';
import { isAnswered, refusalOfMessage, refusalOfQuery } from './check-stanza.ts';
import { childOf, type Element, elementsOf, escaped, tag, textOf } from './element.ts';
import type { XmppOutcome, XmppStanzaError } from './faults.ts';
import type { BoundClient, XmppHost } from './host.ts';
import { ns } from './namespaces.ts';
import { createReader, type Heard, largestStanza } from './reader.ts';
import { type Login, mechanisms, startLogin } from './sasl.ts';

/** How a listener treats its clients. */
export interface StreamOptions {
  /** Without it there is no TLS at all. */
  readonly tls: { readonly context: SecureContext; readonly isImplicit: boolean } | undefined;
}

const never = new Promise<never>(() => undefined);

/** Serves one client, from its first byte to its last. */
export function serve(socket: Socket, { tls }: StreamOptions, host: XmppHost): void {
  new Stream(socket, tls, host);
}

/** What one client says is handled in order, each thing when the one before it is done (RFC 6120, 10.1). */
class Stream {
  #socket: Socket;
  readonly #tls: StreamOptions['tls'];
  readonly #host: XmppHost;
  #done: Promise<void> = Promise.resolve();
  #unlisten: () => void = () => undefined;
  #isOver = false;
  #hasBegun = false;
  #login: { readonly mechanism: string; readonly steps: Login } | undefined;
  #isLoggedIn = false;
  #client: BoundClient | undefined;
  /** Of stream management: stanzas handled since it was enabled. */
  #handled: number | undefined;

  constructor(socket: Socket, tls: StreamOptions['tls'], host: XmppHost) {
    this.#socket = socket;
    this.#tls = tls;
    this.#host = host;
    socket.on('close', () => this.#forget());
    if (tls?.isImplicit) this.#encrypt(tls.context);
    else this.#listen();
  }

  get #isSecure(): boolean {
    return this.#socket instanceof TLSSocket;
  }

  #write(markup: string): void {
    if (this.#socket.writable) this.#socket.write(markup);
  }

  /** To a new stream, which every client begins after TLS and after logging in. */
  #listen(): void {
    this.#unlisten();
    const socket = this.#socket;
    const decoder = new StringDecoder('utf8');
    const heard: Heard = {
      stream: (header) => this.#handle(() => this.#begin(header)),
      element: (element, raw) => this.#handle(() => this.#meet(element, raw)),
      end: () => this.#handle(async () => this.#close()),
      error: (condition) => this.#handle(async () => this.#fail(condition)),
    };
    const read = createReader(heard, this.#isLoggedIn ? largestStanza.ofClient : largestStanza.ofStranger);
    const hear = (chunk: Buffer): void => read(decoder.write(chunk));
    socket.on('data', hear);
    this.#unlisten = () => void socket.off('data', hear);
  }

  #handle(work: () => Promise<void>): void {
    this.#done = this.#done.then(() => (this.#isOver ? undefined : work())).catch(() => void this.#socket.destroy());
  }

  #encrypt(context: SecureContext): void {
    this.#unlisten();
    this.#unlisten = () => undefined;
    this.#socket = new TLSSocket(this.#socket, { isServer: true, secureContext: context, ALPNProtocols: ['xmpp-client'] });
    // A client that does not trust the certificate is nothing unusual here.
    this.#socket.on('error', () => this.#socket.destroy());
    this.#listen();
  }

  async #begin({ attrs }: Element): Promise<void> {
    const isFirst = !this.#hasBegun;
    this.#hasBegun = true;
    const header = { xmlns: ns.client, 'xmlns:stream': ns.streams, from: domain, id: randomUUID(), version: '1.0', 'xml:lang': 'en' };
    this.#write(`<?xml version='1.0'?>${tag('stream:stream', header).replace('</stream:stream>', '')}`);
    if (isFirst && !(await this.#survives(this.#host.faults.strike('connect')))) return;
    if (attrs.to !== domain) this.#fail('host-unknown');
    else if (attrs.version !== '1.0') this.#fail('unsupported-version');
    else this.#write(tag('stream:features', {}, this.#features()));
  }

  #features(): string {
    if (this.#tls && !this.#isSecure) return tag('starttls', { xmlns: ns.tls }, tag('required', {}));
    if (this.#isLoggedIn) return tag('bind', { xmlns: ns.bind }) + tag('sm', { xmlns: ns.management });
    return tag('mechanisms', { xmlns: ns.sasl }, mechanisms.map((name) => tag('mechanism', {}, name)).join(''));
  }

  async #meet(element: Element, raw: string): Promise<void> {
    const { name, xmlns } = element;
    if (xmlns === ns.tls && name === 'starttls' && this.#tls && !this.#isSecure) {
      this.#write(tag('proceed', { xmlns: ns.tls }));
      this.#encrypt(this.#tls.context);
    } else if (this.#tls && !this.#isSecure) this.#fail('policy-violation', 'TLS is required');
    else if (xmlns === ns.sasl && !this.#isLoggedIn) await this.#logIn(element);
    else if (!this.#isLoggedIn) this.#fail('not-authorized');
    else if (!this.#client) await this.#bind(element);
    else if (xmlns === ns.management) await this.#manage(element, this.#client);
    else if (xmlns !== ns.client) this.#fail('unsupported-stanza-type');
    else await this.#meetStanza(element, raw, this.#client);
  }

  async #meetStanza(stanza: Element, raw: string, client: BoundClient): Promise<void> {
    const { name, attrs } = stanza;
    if (!['iq', 'message', 'presence'].includes(name)) return this.#fail('unsupported-stanza-type');
    if (attrs.from !== undefined && attrs.from !== client.jid && attrs.from !== bare(client.jid)) return this.#fail('invalid-from');
    if (this.#handled !== undefined) this.#handled += 1;
    if (name === 'message') await this.#meetMessage(stanza, raw, client);
    else if (name === 'presence') await this.#meetPresence(stanza, client);
    else await this.#meetQuery(stanza);
  }

  async #logIn(element: Element): Promise<void> {
    const said = Buffer.from(textOf(element), 'base64').toString();
    if (element.name === 'auth') {
      const mechanism = element.attrs.mechanism ?? '';
      const outcome = mechanism === 'SCRAM-SHA-1' ? this.#host.faults.strike('challenge') : undefined;
      if (outcome?.iterations === undefined && !(await this.#survives(outcome))) return;
      const steps = startLogin(mechanism, account, outcome?.iterations);
      if (!steps) return this.#refuse('invalid-mechanism');
      this.#login = { mechanism, steps };
    }
    if (!this.#login) return this.#refuse('malformed-request');
    const { mechanism, steps } = this.#login;
    const step = steps.meet(said);
    if ('challenge' in step) return this.#write(tag('challenge', { xmlns: ns.sasl }, base64(step.challenge)));
    this.#login = undefined;
    if ('failure' in step) return this.#refuse(step.failure);
    const servername = (this.#socket as TLSSocket).servername || undefined;
    this.#host.login({ user: step.user, mechanism, secure: this.#isSecure, servername });
    const outcome = this.#host.faults.strike('auth');
    if (outcome?.sasl !== undefined) return this.#refuse(outcome.sasl, outcome.text);
    if (outcome?.signature === undefined && !(await this.#survives(outcome))) return;
    if (!step.isRight) return this.#refuse('not-authorized');
    this.#isLoggedIn = true;
    this.#listen();
    const finalWords = outcome?.signature === undefined ? step.finalWords : outcome.signature && `v=${outcome.signature}`;
    this.#write(tag('success', { xmlns: ns.sasl }, base64(finalWords ?? '')));
  }

  #refuse(condition: string, text?: string): void {
    const words = text === undefined ? '' : tag('text', { 'xml:lang': 'en' }, escaped(text));
    this.#write(tag('failure', { xmlns: ns.sasl }, tag(condition, {}) + words));
  }

  async #bind(query: Element): Promise<void> {
    const bind = childOf(query, 'bind', ns.bind);
    if (query.name !== 'iq' || query.xmlns !== ns.client || query.attrs.type !== 'set' || !bind) return this.#fail('not-authorized');
    const outcome = this.#host.faults.strike('bind');
    if (outcome?.error) return this.#answerError(query, outcome.error);
    if (!(await this.#survives(outcome))) return;
    const asked = childOf(bind, 'resource');
    const jid = `${account.user}@${domain}/${(asked && textOf(asked)) || randomUUID()}`;
    // RFC 6120, 7.7.2.2: who comes later has it.
    this.#host.clients.get(jid)?.fail('conflict');
    this.#client = { jid, write: (markup) => this.#write(markup), fail: (condition) => this.#fail(condition) };
    this.#host.clients.set(jid, this.#client);
    this.#write(tag('iq', { type: 'result', id: query.attrs.id }, tag('bind', { xmlns: ns.bind }, tag('jid', {}, escaped(jid)))));
  }

  /** XEP-0198, without taking a stream up again. */
  async #manage({ name }: Element, client: BoundClient): Promise<void> {
    const xmlns = ns.management;
    if (name === 'enable' && this.#handled === undefined) {
      this.#handled = 0;
      this.#write(tag('enabled', { xmlns, id: client.jid }));
    } else if (name === 'r' && this.#handled !== undefined) {
      await this.#answer(tag('a', { xmlns, h: String(this.#handled) }));
    } else if (name !== 'a' || this.#handled === undefined) {
      this.#write(tag('failed', { xmlns }, tag('unexpected-request', { xmlns: ns.stanzaErrors })));
    }
  }

  async #meetQuery(query: Element): Promise<void> {
    const { to, type, id } = query.attrs;
    const refusal = refusalOfQuery(query);
    if (refusal) return this.#answerError(query, refusal);
    if (type === 'result' || type === 'error') return;
    const child = elementsOf(query)[0];
    const isPing = type === 'get' && child?.name === 'ping' && child.xmlns === ns.ping;
    const isSession = type === 'set' && child?.name === 'session' && child.xmlns === ns.session;
    if (isAnswered(to) && (isPing || isSession)) {
      await this.#answer(tag('iq', { type: 'result', from: to, to: this.#client?.jid, id }));
    } else this.#answerError(query, { type: 'cancel', condition: 'service-unavailable' });
  }

  /** One that never comes keeps nothing else from being handled. */
  async #answer(markup: string): Promise<void> {
    const outcome = this.#host.faults.strike('answer');
    if (!outcome?.silent && (await this.#survives(outcome))) this.#write(markup);
  }

  async #meetPresence(presence: Element, client: BoundClient): Promise<void> {
    const { to, type } = presence.attrs;
    const [room = '', nickname] = (to ?? '').split(/\/(.*)/s);
    if (!nickname || !this.#host.rooms.isRoom(room)) return;
    if (type === 'unavailable') return this.#host.rooms.leave(room, client);
    const outcome = this.#host.faults.strike('join', room);
    if (outcome?.error) return this.#answerError(presence, outcome.error);
    if (!(await this.#survives(outcome))) return;
    const isIn = this.#host.rooms.has(room, client);
    if (!isIn && !childOf(presence, 'x', ns.muc)) return this.#answerError(presence, { type: 'cancel', condition: 'item-not-found' });
    this.#host.rooms.enter(room, nickname, client);
  }

  async #meetMessage(message: Element, raw: string, client: BoundClient): Promise<void> {
    const { to = bare(client.jid), type } = message.attrs;
    if (type === 'error') return;
    const refusal = refusalOfMessage(message);
    if (refusal) return this.#answerError(message, refusal);
    if (!(await this.#passes(message, this.#host.faults.strike('message', to)))) return;
    const refusalOfRoom = type === 'groupchat' ? this.#host.rooms.refusal(to, client) : undefined;
    if (refusalOfRoom) return this.#answerError(message, refusalOfRoom);
    this.#host.take({ ...message, attrs: { ...message.attrs, to, from: client.jid } }, raw);
    if (type === 'groupchat') this.#host.rooms.say(to, client, message);
    await this.#passes(message, this.#host.faults.strike('taken', to));
  }

  async #passes(message: Element, outcome: XmppOutcome | undefined): Promise<boolean> {
    if (!outcome?.error) return this.#survives(outcome);
    this.#answerError(message, outcome.error);
    return outcome.error.type === 'continue';
  }

  #answerError({ name, attrs: { to, id } }: Element, { type, condition, text, by, movedTo = '' }: XmppStanzaError): void {
    const words = text === undefined ? '' : tag('text', { xmlns: ns.stanzaErrors, 'xml:lang': 'en' }, escaped(text));
    const error = tag('error', { type, by }, tag(condition, { xmlns: ns.stanzaErrors }, escaped(movedTo)) + words);
    this.#write(tag(name, { type: 'error', from: to, to: this.#client?.jid, id }, error));
  }

  /** Lets the rest of a fault strike. False: nothing more is to be said. */
  async #survives(outcome: XmppOutcome | undefined): Promise<boolean> {
    if (!outcome) return true;
    if (outcome.silent) return never;
    if (outcome.drop) this.#socket.destroy();
    else if (outcome.stream !== undefined) this.#fail(outcome.stream, outcome.text);
    if (outcome.delayMs === undefined) return false;
    const { promise, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, outcome.delayMs).unref();
    await promise;
    return true;
  }

  #fail(condition: string, text?: string): void {
    const words = text === undefined ? '' : tag('text', { xmlns: ns.streamErrors, 'xml:lang': 'en' }, escaped(text));
    this.#write(tag('stream:error', {}, tag(condition, { xmlns: ns.streamErrors }) + words));
    this.#close();
  }

  #close(): void {
    this.#isOver = true;
    this.#write('</stream:stream>');
    this.#socket.end();
    this.#forget();
  }

  #forget(): void {
    this.#isOver = true;
    if (!this.#client) return;
    this.#host.rooms.leaveAll(this.#client);
    if (this.#host.clients.get(this.#client.jid) === this.#client) this.#host.clients.delete(this.#client.jid);
  }
}

const bare = (jid: string): string => jid.split('/', 1)[0] ?? '';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
