import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { type SecureContext, TLSSocket } from 'node:tls';
import { isAnswered, refusalOfMessage, refusalOfQuery } from './check-stanza.ts';
import { childOf, type Element, elementsOf, tag, textOf } from './element.ts';
import type { XmppOutcome, XmppStanzaError } from './faults.ts';
import type { BoundClient, XmppHost } from './host.ts';
import { account, domain, ns } from './names.ts';
import { createReader, largestStanza, type StreamHandler } from './reader.ts';
import { bindResult, saslFailure, saslReply, stanzaError, streamError, streamHeader } from './replies.ts';
import { type Login, mechanisms, startLogin } from './sasl.ts';

/** The options of a listener. */
export interface StreamOptions {
  /** Undefined: there is no TLS. */
  readonly tls: { readonly context: SecureContext; readonly isImplicit: boolean } | undefined;
}

const never = new Promise<never>(() => undefined);

/** Serves one client until its connection ends. */
export function serve(socket: Socket, { tls }: StreamOptions, host: XmppHost): void {
  new Stream(socket, tls, host);
}

/** The connection of one client. It handles one element after the other, in order (RFC 6120, 10.1). */
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
  /** The number of stanzas since stream management was enabled. Undefined before that. */
  #handled: number | undefined;

  constructor(socket: Socket, tls: StreamOptions['tls'], host: XmppHost) {
    this.#socket = socket;
    this.#tls = tls;
    this.#host = host;
    socket.on('close', () => this.#leave());
    if (tls?.isImplicit) this.#encrypt(tls.context);
    else this.#listen();
  }

  get #isSecure(): boolean {
    return this.#socket instanceof TLSSocket;
  }

  #write(markup: string): void {
    if (this.#socket.writable) this.#socket.write(markup);
  }

  /** Reads a new stream. A client begins one at first, after TLS and after the login. */
  #listen(): void {
    this.#unlisten();
    const socket = this.#socket;
    const decoder = new StringDecoder('utf8');
    const handler: StreamHandler = {
      stream: (header) => this.#queue(() => this.#begin(header)),
      element: (element, raw) => this.#queue(() => this.#handleElement(element, raw)),
      end: () => this.#queue(async () => this.#close()),
      error: (condition) => this.#queue(async () => this.#fail(condition)),
    };
    const read = createReader(handler, this.#isLoggedIn ? largestStanza.afterLogin : largestStanza.beforeLogin);
    const listener = (chunk: Buffer): void => read(decoder.write(chunk));
    socket.on('data', listener);
    this.#unlisten = () => void socket.off('data', listener);
  }

  /** Does the work after everything that came before. An error ends the connection. */
  #queue(work: () => Promise<void>): void {
    this.#done = this.#done.then(() => (this.#isOver ? undefined : work())).catch(() => void this.#socket.destroy());
  }

  #encrypt(context: SecureContext): void {
    this.#unlisten();
    this.#unlisten = () => undefined;
    this.#socket = new TLSSocket(this.#socket, { isServer: true, secureContext: context, ALPNProtocols: ['xmpp-client'] });
    // A client that does not trust the certificate must not end the process.
    this.#socket.on('error', () => this.#socket.destroy());
    this.#listen();
  }

  async #begin({ attrs }: Element): Promise<void> {
    const isFirst = !this.#hasBegun;
    this.#hasBegun = true;
    this.#write(streamHeader());
    if (isFirst && !(await this.#survives(this.#host.faults.trigger('connect')))) return;
    if (attrs.to !== domain) this.#fail('host-unknown');
    else if (attrs.version !== '1.0') this.#fail('unsupported-version');
    else this.#write(tag('stream:features', {}, this.#features()));
  }

  #features(): string {
    if (this.#tls && !this.#isSecure) return tag('starttls', { xmlns: ns.tls }, tag('required', {}));
    if (this.#isLoggedIn) return tag('bind', { xmlns: ns.bind }) + tag('sm', { xmlns: ns.management });
    return tag('mechanisms', { xmlns: ns.sasl }, mechanisms.map((name) => tag('mechanism', {}, name)).join(''));
  }

  async #handleElement(element: Element, raw: string): Promise<void> {
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
    else await this.#handleStanza(element, raw, this.#client);
  }

  async #handleStanza(stanza: Element, raw: string, client: BoundClient): Promise<void> {
    const { name, attrs } = stanza;
    if (!['iq', 'message', 'presence'].includes(name)) return this.#fail('unsupported-stanza-type');
    if (attrs.from !== undefined && attrs.from !== client.jid && attrs.from !== bare(client.jid)) return this.#fail('invalid-from');
    if (this.#handled !== undefined) this.#handled += 1;
    if (name === 'message') await this.#handleMessage(stanza, raw, client);
    else if (name === 'presence') await this.#handlePresence(stanza, client);
    else await this.#handleQuery(stanza);
  }

  async #logIn(element: Element): Promise<void> {
    const message = Buffer.from(textOf(element), 'base64').toString();
    if (element.name === 'auth') {
      const mechanism = element.attrs.mechanism ?? '';
      const outcome = mechanism === 'SCRAM-SHA-1' ? this.#host.faults.trigger('challenge') : undefined;
      if (outcome?.iterations === undefined && !(await this.#survives(outcome))) return;
      const steps = startLogin(mechanism, account, outcome?.iterations);
      if (!steps) return this.#refuse('invalid-mechanism');
      this.#login = { mechanism, steps };
    }
    if (!this.#login) return this.#refuse('malformed-request');
    const { mechanism, steps } = this.#login;
    const step = steps.next(message);
    if ('challenge' in step) return this.#write(saslReply('challenge', step.challenge));
    this.#login = undefined;
    if ('failure' in step) return this.#refuse(step.failure);
    const servername = (this.#socket as TLSSocket).servername || undefined;
    this.#host.login({ user: step.user, mechanism, secure: this.#isSecure, servername });
    const outcome = this.#host.faults.trigger('auth');
    if (outcome?.sasl !== undefined) return this.#refuse(outcome.sasl, outcome.text);
    if (outcome?.signature === undefined && !(await this.#survives(outcome))) return;
    if (!step.isRight) return this.#refuse('not-authorized');
    this.#isLoggedIn = true;
    this.#listen();
    const final = outcome?.signature === undefined ? step.final : outcome.signature && `v=${outcome.signature}`;
    this.#write(saslReply('success', final ?? ''));
  }

  #refuse(condition: string, text?: string): void {
    this.#write(saslFailure(condition, text));
  }

  async #bind(query: Element): Promise<void> {
    const bind = childOf(query, 'bind', ns.bind);
    if (query.name !== 'iq' || query.xmlns !== ns.client || query.attrs.type !== 'set' || !bind) return this.#fail('not-authorized');
    const outcome = this.#host.faults.trigger('bind');
    if (outcome?.error) return this.#answerError(query, outcome.error);
    if (!(await this.#survives(outcome))) return;
    const asked = childOf(bind, 'resource');
    const jid = `${account.user}@${domain}/${(asked && textOf(asked)) || randomUUID()}`;
    // The later client gets the resource: RFC 6120, 7.7.2.2.
    this.#host.clients.get(jid)?.fail('conflict');
    this.#client = { jid, write: (markup) => this.#write(markup), fail: (condition) => this.#fail(condition) };
    this.#host.clients.set(jid, this.#client);
    this.#write(bindResult(query.attrs.id, jid));
  }

  /** Handles stream management (XEP-0198), without resumption. */
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

  async #handleQuery(query: Element): Promise<void> {
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

  /** Answers, unless a fault holds the answer back. Other elements are handled all the same. */
  async #answer(markup: string): Promise<void> {
    const outcome = this.#host.faults.trigger('answer');
    if (!outcome?.silent && (await this.#survives(outcome))) this.#write(markup);
  }

  async #handlePresence(presence: Element, client: BoundClient): Promise<void> {
    const { to, type } = presence.attrs;
    const [room = '', nickname] = (to ?? '').split(/\/(.*)/s);
    if (!nickname || !this.#host.rooms.isRoom(room)) return;
    if (type === 'unavailable') return this.#host.rooms.leave(room, client);
    const outcome = this.#host.faults.trigger('join', room);
    if (outcome?.error) return this.#answerError(presence, outcome.error);
    if (!(await this.#survives(outcome))) return;
    const isIn = this.#host.rooms.has(room, client);
    if (!isIn && !childOf(presence, 'x', ns.muc)) return this.#answerError(presence, { type: 'cancel', condition: 'item-not-found' });
    this.#host.rooms.enter(room, nickname, client);
  }

  async #handleMessage(message: Element, raw: string, client: BoundClient): Promise<void> {
    const { to = bare(client.jid), type } = message.attrs;
    if (type === 'error') return;
    const refusal = refusalOfMessage(message);
    if (refusal) return this.#answerError(message, refusal);
    if (!(await this.#passes(message, this.#host.faults.trigger('message', to)))) return;
    const refusalOfRoom = type === 'groupchat' ? this.#host.rooms.refusal(to, client) : undefined;
    if (refusalOfRoom) return this.#answerError(message, refusalOfRoom);
    this.#host.take({ ...message, attrs: { ...message.attrs, to, from: client.jid } }, raw);
    if (type === 'groupchat') this.#host.rooms.say(to, client, message);
    await this.#passes(message, this.#host.faults.trigger('taken', to));
  }

  /** Applies an outcome to a message. Returns false when the message is not handled any further. */
  async #passes(message: Element, outcome: XmppOutcome | undefined): Promise<boolean> {
    if (!outcome?.error) return this.#survives(outcome);
    this.#answerError(message, outcome.error);
    return outcome.error.type === 'continue';
  }

  #answerError({ name, attrs }: Element, error: XmppStanzaError): void {
    this.#write(stanzaError(name, attrs, this.#client?.jid, error));
  }

  /** Applies an outcome that is no error. Returns false when nothing more must be sent. */
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
    this.#write(streamError(condition, text));
    this.#close();
  }

  #close(): void {
    this.#isOver = true;
    this.#write('</stream:stream>');
    this.#socket.end();
    this.#leave();
  }

  #leave(): void {
    this.#isOver = true;
    if (!this.#client) return;
    this.#host.rooms.leaveAll(this.#client);
    if (this.#host.clients.get(this.#client.jid) === this.#client) this.#host.clients.delete(this.#client.jid);
  }
}

const bare = (jid: string): string => jid.split('/', 1)[0] ?? '';
