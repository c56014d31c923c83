import type { Element } from '@xmpp/client';

/** Who may answer for what: an id is no secret, and anybody can send a stanza with it. */
export class Origin {
  readonly #own: ReadonlySet<string | undefined>;

  /** `domain` as this package writes it, `jid` as the server does. */
  constructor(domain: string, jid: string) {
    const bare = bareOf(jid.toLowerCase());
    // RFC 6120, 8.1.2.1: a server may leave out its own name to its own clients.
    this.#own = new Set([undefined, domain, domainOf(bare), bare, jid.toLowerCase()]);
  }

  isServer({ attrs: { from } }: Element): boolean {
    return this.#own.has(from?.toLowerCase());
  }

  /** Our server, that of the recipient, or the recipient. */
  isConcerned(stanza: Element, recipient: string): boolean {
    const from = (stanza.attrs.from ?? '').toLowerCase();
    const to = recipient.toLowerCase();
    return this.isServer(stanza) || [to, bareOf(to), domainOf(bareOf(to))].includes(from);
  }
}

const bareOf = (jid: string): string => jid.split('/', 1)[0] as string;
const domainOf = (bare: string): string => bare.slice(bare.indexOf('@') + 1);
