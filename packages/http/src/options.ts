import { ConfigurationError } from '@sitemessage/core';

/** A proxy's address, one for each protocol of the target (as in Python's requests), or a function that picks one for each session. */
export type ProxyOption = string | ProxyByProtocol | (() => string | ProxyByProtocol | undefined);

export interface ProxyByProtocol {
  readonly http?: string;
  readonly https?: string;
}

export interface HttpOptions {
  /** What every path is appended to: `https://api.example.com/v1`. Http or https, without user and password. */
  readonly baseUrl: string;
  /**
   * `socks5://user:password@host:1080` (also `socks5h`, which is the same here), `http://user:password@host:3128` or `https://...`; user and
   * password percent-encoded. Names are looked up by the proxy. Default: none, and no variable of the environment is read.
   */
  readonly proxy?: ProxyOption | undefined;
  /** Of one request, from the connection to the last byte of the reply, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Passwords, tokens and keys: each is taken out of every error, in whatever form it travels. What is shorter than 4 characters is not. Default: none. */
  readonly secrets?: readonly (string | undefined)[] | undefined;
  /** Sends the requests instead of this package, for tests. What it throws is mapped like everything else. Default: connections that are kept alive. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** The options, checked, with nothing left to guess. */
export interface Settings {
  readonly baseUrl: URL;
  readonly proxy: URL | undefined;
  readonly timeoutMs: number;
  readonly secrets: readonly (string | undefined)[];
  readonly fetch: typeof globalThis.fetch | undefined;
}

const defaultTimeoutMs = 30_000;
const longestTimeoutMs = 2 ** 31 - 1;
const proxyProtocols = ['socks5:', 'socks5h:', 'http:', 'https:'];
/** RFC 1929: each has one byte for its length. */
const longestSocksLogin = 255;

/** @throws ConfigurationError that names the option. */
export function readOptions({ baseUrl, proxy, timeoutMs = defaultTimeoutMs, secrets = [], fetch }: HttpOptions): Settings {
  const base = URL.parse(String(baseUrl));
  if (!base || !['http:', 'https:'].includes(base.protocol)) throw wrong('baseUrl', 'must be an http or https URL');
  if (base.username + base.password !== '') throw wrong('baseUrl', 'must hold no user and password; send them in a header');
  if (base.search + base.hash !== '') throw wrong('baseUrl', 'must end with its path: every path is appended to it');
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > longestTimeoutMs) {
    throw wrong('timeoutMs', `must be an integer from 1 to ${longestTimeoutMs}`);
  }
  if (!Array.isArray(secrets) || secrets.some((secret) => secret !== undefined && typeof secret !== 'string')) {
    throw wrong('secrets', 'must be a list of strings');
  }
  if (fetch !== undefined && typeof fetch !== 'function') throw wrong('fetch', 'must be a function');
  const proxyUrl = readProxy(typeof proxy === 'function' ? proxy() : proxy, base);
  return { baseUrl: base, proxy: proxyUrl, timeoutMs, secrets: [...secrets, ...credentials(proxyUrl)], fetch };
}

function readProxy(given: unknown, target: URL): URL | undefined {
  if (!isPlain(given)) return readProxyUrl(given);
  const unknown = Object.keys(given).some((name) => name !== 'http' && name !== 'https');
  if (unknown) throw wrong('proxy', 'has a key that is neither `http` nor `https`: the protocol of the target');
  const proxies = new Map(Object.entries(given).map(([protocol, url]) => [`${protocol}:`, readProxyUrl(url)]));
  return proxies.get(target.protocol);
}

/** Neither a promise nor a URL, which have no keys either: nothing may be sent without the proxy by mistake. */
const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

function readProxyUrl(given: unknown): URL | undefined {
  if (given === undefined) return undefined;
  const url = typeof given === 'string' ? URL.parse(given) : null;
  const isSocks = url?.protocol.startsWith('socks') ?? false;
  if (!url || !proxyProtocols.includes(url.protocol) || url.hostname === '' || (isSocks && url.port === '')) {
    throw wrong('proxy', 'must look like socks5://user:password@host:1080 or http://user:password@host:3128');
  }
  if (isSocks && [url.username, url.password].some((part) => Buffer.byteLength(decoded(part)) > longestSocksLogin)) {
    throw wrong('proxy', `has a user or a password of more than ${longestSocksLogin} bytes, which SOCKS5 cannot send`);
  }
  decoded(url.username + url.password);
  return url;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw wrong('proxy', 'has a user or a password with a stray %; write %25 for it');
  }
}

const credentials = (proxy: URL | undefined): readonly string[] => (proxy ? [decoded(proxy.password)] : []);

const wrong = (name: string, problem: string): ConfigurationError =>
  new ConfigurationError(`http: \`${name}\` ${problem}.`, { code: 'http_option' });
