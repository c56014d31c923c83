/** Protocols of a proxy. `socks5h` is `socks5`: the proxy looks up the name of the server in both. */
const protocols = ['socks5:', 'socks5h:', 'http:', 'https:'];
/** RFC 1929 gives one byte for the length of the user, and one for that of the password. */
const longestSocksLogin = 255;

/**
 * Checks the URL of a proxy: `socks5://user:password@host:1080`, `socks5h://...`, `http://...` or
 * `https://...`, with the user and the password percent-encoded. Returns what is wrong, without a secret, for
 * a table of `checkOptions` of core; undefined when nothing is.
 */
export function checkProxyUrl(value: unknown): string | undefined {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  const isSocks = url?.protocol.startsWith('socks') ?? false;
  if (!url || !protocols.includes(url.protocol) || url.hostname === '' || (isSocks && url.port === '')) {
    return 'must look like socks5://user:password@host:1080 or http://user:password@host:3128';
  }
  if (!['', '/'].includes(url.pathname) || url.search + url.hash !== '') return 'must end with the port, without path, query and fragment';
  const login = [url.username, url.password].map(decode);
  if (login.includes(undefined)) return 'has a stray % in its user or password. Write %25 for it';
  if (isSocks && login.some((part = '') => Buffer.byteLength(part) > longestSocksLogin)) {
    return `has a user or a password of more than ${longestSocksLogin} bytes, which SOCKS5 cannot send`;
  }
  return undefined;
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** Returns the host as a socket takes it: an IPv6 address has no brackets. */
export const hostOf = (proxy: URL): string => proxy.hostname.replace(/^\[|\]$/g, '');

/** Returns the user and the password of a URL that was checked, decoded. A part that is missing is empty. */
export const loginOf = ({ username, password }: URL): { readonly user: string; readonly password: string } => ({
  user: decodeURIComponent(username),
  password: decodeURIComponent(password),
});

/**
 * The reason why a proxy did not connect:
 * - `refused`: its rules forbid it, or the user or the password is wrong;
 * - `unreachable`: it cannot be reached, does not answer, or speaks another protocol;
 * - `busy`: it gets too many requests;
 * - `target`: it cannot reach the server.
 */
export type ProxyFault = 'refused' | 'unreachable' | 'busy' | 'target';

/** A proxy did not connect. The message shows its host and port, and never its user and password. */
export class ProxyError extends Error {
  override readonly name: string = 'ProxyError';
  readonly fault: ProxyFault;
  /** The time that a busy proxy asks to wait, in milliseconds. Undefined when it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(proxy: URL, fault: ProxyFault, problem: string, retryAfterMs?: number) {
    super(`the proxy ${proxy.host} ${problem}`);
    this.fault = fault;
    this.retryAfterMs = retryAfterMs;
  }
}
