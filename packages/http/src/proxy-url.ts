const protocols = ['socks5:', 'socks5h:', 'http:', 'https:'];
/** RFC 1929 gives one byte for the length of the user, and one for that of the password. */
const longestSocksLogin = 255;

/**
 * Checks the URL of a proxy: `socks5://user:password@host:1080`, `socks5h://...`, `http://...` or `https://...`. User and password are
 * percent-encoded. Returns what is wrong, without a secret, for `invalidOption` and the tables of `checkOptions`; undefined when nothing is.
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
