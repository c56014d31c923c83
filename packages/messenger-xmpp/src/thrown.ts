/** What is thrown by the library, by node and by this package, as far as it is read here. */
export interface Thrown extends Error {
  readonly code?: string;
  /** Of OpenSSL: what it was, in words. */
  readonly reason?: string;
  /** Of a SASLError, a StreamError or a StanzaError. */
  readonly condition?: string;
  /** Of a StanzaError. */
  readonly type?: string;
}

/** RFC 6120, 4.9.3: of what ends a stream, what nobody is rid of by opening another one. */
const lastingFaults: readonly (string | undefined)[] = ['host-unknown', 'not-authorized', 'unsupported-version', 'conflict'];

export const isLasting = ({ name, condition }: Thrown): boolean => name === 'StreamError' && lastingFaults.includes(condition);
