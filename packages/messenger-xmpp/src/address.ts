import { domainToUnicode } from 'node:url';
import { AddressError } from '@sitemessage/core';
import { readDomain } from '@sitemessage/http/domain';

/** RFC 7622, 3.2 to 3.4: of each part, in bytes. */
const longestPart = 1_023;

/** A JID and its parts, canonical. */
export interface Jid {
  readonly local: string;
  /** As people write it, which is how it travels: `bücher.example`. */
  readonly domain: string;
  readonly resource: string | undefined;
}

/**
 * `ann@example.com`, or `ann@example.com/phone` for one of her devices (RFC 7622). What stands before the resource is lower-cased, and a
 * domain is written as people write it (`bücher.example`).
 *
 * @throws AddressError that says what is wrong with it.
 */
export function getAddress(recipient: unknown): string {
  const { local, domain, resource } = readJid(recipient);
  return `${local}@${domain}${resource === undefined ? '' : `/${resource}`}`;
}

/** @throws AddressError that says what is wrong with it. */
export function readJid(given: unknown): Jid {
  if (typeof given !== 'string') throw refuse('must be a string', '');
  if (given === '') throw refuse('is empty', '');
  if (!given.isWellFormed()) throw refuse('holds half of a surrogate pair', '');
  // XML cannot carry the last two.
  if (/[\p{Cc}\u2028\u2029\ufffe\uffff]/u.test(given)) throw refuse('holds a line break or another control character', given);
  const [, bare = '', resource] = /^([^/]*)(?:\/(.*))?$/u.exec(given) ?? [];
  const [, name, host] = /^([^@]+)@([^@]+)$/u.exec(bare) ?? [];
  if (name === undefined || host === undefined) throw refuse('must look like name@example.com', given);
  const local = canonical(name);
  if (/[\s"&'/:<>@]/u.test(local)) throw refuse('has a space or one of "&\'/:<>@ before the @', given);
  const domain = readableDomain(host);
  if (domain === undefined) throw refuse('has no valid domain behind the @', given);
  if (resource?.trim() === '') throw refuse('has nothing behind the /', given);
  const jid = { local, domain, resource: resource?.normalize('NFC') };
  for (const part of [jid.local, jid.domain, jid.resource ?? '']) {
    if (Buffer.byteLength(part) > longestPart) throw refuse(`has a part of more than ${longestPart} bytes`, given);
  }
  return jid;
}

/**
 * RFC 8265, 3.3.1: full-width letters are the others (`ａｎｎ` is `ann`), and all are lower case. What else looks like something plain is that,
 * as with servers of RFC 6122; with others it is no name at all.
 */
const canonical = (name: string): string => name.normalize('NFKC').toLowerCase().normalize('NFKC');

/** RFC 7622, 3.2: without a dot at its end. */
function readableDomain(host: string): string | undefined {
  const ascii = readDomain(host.replace(/[.\u3002\uff0e\uff61]$/u, ''));
  if (ascii === undefined) return undefined;
  const domain = domainToUnicode(ascii);
  // `xn--` may hold signs that are no letters.
  return readDomain(domain) === ascii ? domain : undefined;
}

const shown = 60;

function refuse(problem: string, recipient: string): AddressError {
  const quoted = recipient === '' ? '' : ` (${onOneLine(recipient.length > shown ? `${recipient.slice(0, shown)}...` : recipient)})`;
  return new AddressError(`The XMPP address${quoted} ${problem}.`, { code: 'xmpp_address' });
}

/** Some that JSON leaves as they are break lines too. */
function onOneLine(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
