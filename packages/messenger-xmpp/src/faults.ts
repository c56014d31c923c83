import type { Element } from '@xmpp/client';
import { ns } from './xml.ts';

/** An error of the library, of Node or of this package, with the parts that are read here. */
export interface Thrown extends Error {
  readonly code?: string;
  /** OpenSSL's words. */
  readonly reason?: string;
  /** The condition of a SASLError, a StreamError or a StanzaError. */
  readonly condition?: string;
  /** The type of a StanzaError. */
  readonly type?: string;
}

/**
 * Makes an error of this package, with a code like those of Node. `ECLEAR`: the server wants TLS. `ELATE`,
 * `EABORT`: it took too long, or was stopped.
 */
export const coded = (code: 'ENOTLS' | 'ECLEAR' | 'ENOLOGIN' | 'EPROXY' | 'ELATE' | 'EABORT', message: string): Error =>
  Object.assign(new Error(message), { code });

/** An error that ends a stream (RFC 6120, 4.9), with the name that the library gives it. */
export interface StreamFault extends Error {
  readonly name: 'StreamError';
  readonly condition: string;
}

/** Returns the stream error in an element. Undefined for any other element. */
export function streamFault(element: Element): StreamFault | undefined {
  if (!element.is('error', ns.streams)) return undefined;
  const children = element.getChildElements();
  const condition = children.find(({ name }) => name !== 'text')?.name ?? 'undefined-condition';
  const text = children.find(({ name }) => name === 'text')?.text();
  return Object.assign(new Error(`${condition}${text ? `: ${text}` : ''}`), { name: 'StreamError' as const, condition });
}

/** Makes the error for XML of the server that is wrong or exceeds the bounds. */
export const xmlFault = ({ message }: Error): Error => new Error(`the XML of the server ${message}`);

/** The conditions of RFC 6120, 4.9.3 that a new stream would get too. */
const lastingConditions: readonly (string | undefined)[] = ['host-unknown', 'not-authorized', 'unsupported-version', 'conflict'];

/** Returns true for a stream error that a new stream would get too. */
export const isLasting = ({ name, condition }: Thrown): boolean => name === 'StreamError' && lastingConditions.includes(condition);

/**
 * The kind of a TLS error. `refused`: the server does not speak TLS, or not in a way that this machine
 * accepts.
 */
export type TlsFault = 'refused' | 'certificate' | 'passing';

/** OpenSSL's reasons, without the prefixes that its versions put before the reasons of the server. */
const refusals: ReadonlySet<string> = new Set([
  // The server speaks another protocol.
  'WRONG_VERSION_NUMBER',
  'WRONG_SSL_VERSION',
  'UNKNOWN_PROTOCOL',
  'PACKET_LENGTH_TOO_LONG',
  'PACKET_LENGTH_MISMATCH',
  'BAD_PACKET_LENGTH',
  'HTTP_REQUEST',
  'HTTPS_PROXY_REQUEST',
  // The server speaks TLS, and both sides agree on nothing.
  'UNSUPPORTED_PROTOCOL',
  'PROTOCOL_VERSION',
  'HANDSHAKE_FAILURE',
  'INSUFFICIENT_SECURITY',
  'NO_APPLICATION_PROTOCOL',
  'UNRECOGNIZED_NAME',
  'NO_PROTOCOLS_AVAILABLE',
  'NO_CIPHERS_AVAILABLE',
  'NO_SHARED_CIPHER',
  'DH_KEY_TOO_SMALL',
  'CERTIFICATE_REQUIRED',
]);

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const certificateCode =
  /^(ERR_TLS_CERT_\w+|(?!ERR_)\w*(CERT|CRL|SIGNATURE|ISSUER)\w*|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/;

/** Returns the kind of a TLS error by its code. Undefined for another error. */
export function tlsFault(code: string): TlsFault | undefined {
  if (certificateCode.test(code)) return 'certificate';
  const reason = /^ERR_SSL_(?:(?:SSLV3|TLSV1|TLSV13|SSL\/TLS)_)?(?:ALERT_)?(.+)$/.exec(code)?.[1];
  if (reason === undefined) return undefined;
  return refusals.has(reason) ? 'refused' : 'passing';
}
