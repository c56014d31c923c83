import { domainToUnicode } from 'node:url';
import { AddressError } from '@sitemessage/core';
import { readDomain } from '@sitemessage/http/domain';
import type { Element } from '@xmpp/client';

/** The longest part of a JID, in bytes (RFC 7622, 3.2 to 3.4). */
const longestPart = 1_023;

/** The parts of a JID, in their canonical form. */
export interface Jid {
  readonly local: string;
  /** The domain as people write it, and as XMPP sends it: `bücher.example`. */
  readonly domain: string;
  readonly resource: string | undefined;
}

/**
 * Returns `ann@example.com`, or `ann@example.com/phone` for one device (RFC 7622). Everything before the
 * resource is in lower case. A domain is written as people write it (`bücher.example`).
 *
 * @throws AddressError `xmpp_address`, which says what is wrong.
 */
export function getAddress(recipient: unknown): string {
  const { local, domain, resource } = readJid(recipient);
  return `${local}@${domain}${resource === undefined ? '' : `/${resource}`}`;
}

/** @throws AddressError `xmpp_address`, which says what is wrong. */
export function readJid(given: unknown): Jid {
  if (typeof given !== 'string') throw addressError('must be a string', '');
  if (given === '') throw addressError('is empty', '');
  if (!given.isWellFormed()) throw addressError('holds half of a surrogate pair', '');
  // XML cannot carry U+FFFE and U+FFFF.
  if (/[\p{Cc}\u2028\u2029\ufffe\uffff]/u.test(given)) throw addressError('holds a line break or another control character', given);
  const [, bare = '', resource] = /^([^/]*)(?:\/(.*))?$/u.exec(given) ?? [];
  const [, name, host] = /^([^@]+)@([^@]+)$/u.exec(bare) ?? [];
  if (name === undefined || host === undefined) throw addressError('must look like name@example.com', given);
  const local = normalizeLocalPart(name);
  if (/[\s"&'/:<>@]/u.test(local)) throw addressError('has a space or one of "&\'/:<>@ before the @', given);
  const domain = readableDomain(host);
  if (domain === undefined) throw addressError('has no valid domain after the @', given);
  if (resource?.trim() === '') throw addressError('has nothing after the /', given);
  const jid = { local, domain, resource: resource?.normalize('NFC') };
  for (const part of [jid.local, jid.domain, jid.resource ?? '']) {
    if (Buffer.byteLength(part) > longestPart) throw addressError(`has a part of more than ${longestPart} bytes`, given);
  }
  return jid;
}

/**
 * RFC 8265, 3.3.1: full-width letters become plain (`ａｎｎ` is `ann`), and all become lower case. Other
 * compatibility characters become plain too, as at servers of RFC 6122. Newer servers accept none of them.
 */
const normalizeLocalPart = (name: string): string => name.normalize('NFKC').toLowerCase().normalize('NFKC');

/** Returns the domain without a dot at its end (RFC 7622, 3.2). Undefined for an invalid one. */
function readableDomain(host: string): string | undefined {
  const ascii = readDomain(host.replace(/[.\u3002\uff0e\uff61]$/u, ''));
  if (ascii === undefined) return undefined;
  const domain = domainToUnicode(ascii);
  // `xn--` may encode characters that are not letters.
  return readDomain(domain) === ascii ? domain : undefined;
}

/** Tells who sent a stanza. Ids are no secret, and anybody can send a stanza with one. */
export class SenderCheck {
  readonly #ownServer: ReadonlySet<string | undefined>;

  /** `domain` is written as this package writes it, and `jid` as the server does. */
  constructor(domain: string, jid: string) {
    const bare = bareOf(jid.toLowerCase());
    // RFC 6120, 8.1.2.1: a server may leave out its own name to its own clients.
    this.#ownServer = new Set([undefined, domain, domainOf(bare), bare, jid.toLowerCase()]);
  }

  isOwnServer({ attrs: { from } }: Element): boolean {
    return this.#ownServer.has(from?.toLowerCase());
  }

  /** Returns true for a stanza of our server, of the recipient's server, or of the recipient. */
  mayRefuse(stanza: Element, recipient: string): boolean {
    const from = (stanza.attrs.from ?? '').toLowerCase();
    const to = recipient.toLowerCase();
    return this.isOwnServer(stanza) || [to, bareOf(to), domainOf(bareOf(to))].includes(from);
  }
}

const bareOf = (jid: string): string => jid.split('/', 1)[0] as string;
const domainOf = (bare: string): string => bare.slice(bare.indexOf('@') + 1);

/** How much of a wrong address an error shows, in UTF-16 units. */
const shownLength = 60;

function addressError(problem: string, recipient: string): AddressError {
  const shown = recipient.length > shownLength ? `${recipient.slice(0, shownLength)}...` : recipient;
  const quoted = recipient === '' ? '' : ` (${onOneLine(shown)})`;
  return new AddressError(`The XMPP address${quoted} ${problem}.`, { code: 'xmpp_address' });
}

/** Escapes the line breaks that JSON leaves as they are, too. */
function onOneLine(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
