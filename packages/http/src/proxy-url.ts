const protocols = ['socks5:', 'socks5h:', 'http:', 'https:'];
/** RFC 1929: each has one byte for its length. */
const longestSocksLogin = 255;

/**
 * The address of a proxy: `socks5://user:password@host:1080`, `socks5h://...`, `http://...` or `https://...`; user and password percent-encoded.
 *
 * @throws What `wrong` makes of the problem, which is a sentence to follow the name of the option, without a secret.
 */
export function readProxyUrl(given: unknown, wrong: (problem: string) => Error): URL {
  const url = typeof given === 'string' ? URL.parse(given) : null;
  const isSocks = url?.protocol.startsWith('socks') ?? false;
  if (!url || !protocols.includes(url.protocol) || url.hostname === '' || (isSocks && url.port === '')) {
    throw wrong('must look like socks5://user:password@host:1080 or http://user:password@host:3128');
  }
  if (!['', '/'].includes(url.pathname) || url.search + url.hash !== '') {
    throw wrong('must end with its port: a proxy has no path, query or fragment');
  }
  const login = [url.username, url.password].map((part) => decoded(part, wrong));
  if (isSocks && login.some((part) => Buffer.byteLength(part) > longestSocksLogin)) {
    throw wrong(`has a user or a password of more than ${longestSocksLogin} bytes, which SOCKS5 cannot send`);
  }
  return url;
}

function decoded(part: string, wrong: (problem: string) => Error): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw wrong('has a user or a password with a stray %; write %25 for it');
  }
}
