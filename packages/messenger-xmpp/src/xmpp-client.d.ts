/**
 * Types for the used parts of the library, which has none. DefinitelyTyped's do not compile under `nodenext`.
 */
declare module '@xmpp/client' {
  import type { EventEmitter } from 'node:events';

  /** https://github.com/xmppjs/ltx */
  export class Element {
    readonly name: string;
    readonly attrs: Record<string, string | undefined>;
    readonly children: (Element | string)[];
    parent: Element | null;
    is(name: string, xmlns?: string): boolean;
    getNS(): string | undefined;
    getChild(name: string, xmlns?: string): Element | undefined;
    getChildren(name: string, xmlns?: string): Element[];
    getChildElements(): Element[];
    getChildText(name: string, xmlns?: string): string | null;
    append(...nodes: readonly (Element | string)[]): void;
    remove(name: string, xmlns: string): void;
    text(): string;
    toString(): string;
  }

  type Child = Element | string | undefined;

  export const xml: (name: string, attrs?: Readonly<Record<string, string | undefined>>, ...children: readonly Child[]) => Element;

  export interface Credentials {
    readonly username: string;
    readonly password: string;
  }

  /** A SASL mechanism, made anew for every login. */
  export interface Mechanism {
    readonly name: string;
    readonly clientFirst: boolean;
    challenge(challenge: string): void;
    response(credentials: Credentials): Promise<string>;
  }

  export interface ClientOptions {
    readonly service: string;
    readonly domain: string;
    readonly username: string;
    readonly resource: string | undefined;
    /** The longest wait for the server's greeting and its goodbyes, in milliseconds. */
    readonly timeout: number;
    credentials(authenticate: (credentials: Credentials, mechanism: string) => Promise<void>, mechanisms: readonly string[]): Promise<void>;
  }

  /** Emits `error`, `element`, `stanza`, `nonza` and `close`. */
  export interface Client extends EventEmitter {
    timeout: number;
    /** Our JID. Null until the server has made one. */
    readonly jid: { toString(): string } | null;
    transports: unknown[];
    readonly reconnect: { stop(): void };
    /** Mechanisms. The first with a name counts. It is called with `new`, and its return value is used. */
    readonly saslFactory: { readonly _mechs: { readonly name: string; readonly mech: () => Mechanism }[] };
    readonly iqCaller: {
      readonly handlers: ReadonlyMap<string, { reject(error: Error): void }>;
      /** Resolves with the answer. Rejects with a StanzaError. */
      request(stanza: Element): Promise<Element>;
    };
    /** Private. Called with an element that ends the stream. */
    _onStreamError(element: Element): void;
    /** Private. Called with every child of the stream. */
    _onElement(element: Element): void;
    start(): Promise<unknown>;
    connect(service: string): Promise<unknown>;
    open(options: { readonly domain: string }): Promise<unknown>;
    stop(): Promise<unknown>;
    /** Also called by the library for its own stanzas. */
    send(element: Element): Promise<void>;
    sendMany(elements: readonly Element[]): Promise<void>;
    write(markup: string): Promise<void>;
  }

  export function client(options: ClientOptions): Client;
}

declare module '@xmpp/connection-tcp' {
  export default class ConnectionTCP {
    NS: string;
    Parser: unknown;
    Socket: unknown;
    socketParameters(service: string): object | undefined;
  }
}
