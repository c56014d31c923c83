import { type ProxyOption, proxyFor } from './proxy.ts';
import { readBaseUrl } from './url.ts';
import { wrong } from './wrong-option.ts';

type Secrets = readonly (string | undefined)[];

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
  /**
   * Passwords, tokens and keys: each is taken out of every error, in the spellings that the README lists, unless it is shorter than 4
   * characters. A function is called for each error, because tokens change. Default: none.
   */
  readonly secrets?: Secrets | (() => Secrets) | undefined;
  /** Sends the requests instead of this package, for tests. What it throws is mapped like everything else. Default: connections that are kept alive. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** The options, checked, with nothing left to guess. */
export interface Settings {
  readonly baseUrl: URL;
  readonly proxy: URL | undefined;
  readonly timeoutMs: number;
  readonly secrets: () => Secrets;
  readonly fetch: typeof globalThis.fetch | undefined;
}

const names: Readonly<Record<keyof HttpOptions, true>> = { baseUrl: true, proxy: true, timeoutMs: true, secrets: true, fetch: true };
const defaultTimeoutMs = 30_000;
const longestTimeoutMs = 2 ** 31 - 1;

/** @throws ConfigurationError that names the option. */
export function readOptions(options: HttpOptions): Settings {
  checkNames(options);
  const { baseUrl, proxy, timeoutMs = defaultTimeoutMs, secrets = [], fetch } = options;
  const base = new URL(readBaseUrl(baseUrl, (problem) => wrong('baseUrl', problem)));
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > longestTimeoutMs) {
    throw wrong('timeoutMs', `must be an integer from 1 to ${longestTimeoutMs}`);
  }
  const secretsNow = typeof secrets === 'function' ? secrets : () => secrets;
  checkSecrets(secretsNow());
  if (fetch !== undefined && typeof fetch !== 'function') throw wrong('fetch', 'must be a function');
  const proxyUrl = proxyFor(base, proxy);
  return { baseUrl: base, proxy: proxyUrl, timeoutMs, secrets: () => [...secretsNow(), ...credentials(proxyUrl)], fetch };
}

function checkSecrets(given: unknown): void {
  if (Array.isArray(given) && given.every((secret) => secret === undefined || typeof secret === 'string')) return;
  throw wrong('secrets', 'must be a list of strings, or a function that returns one');
}

/** An option of another name would be of no effect, and requests would go out without the proxy that it was meant to be. */
function checkNames(options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw wrong('options', 'must be an object with a `baseUrl`');
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(names, name));
  if (unknown !== undefined) throw wrong(unknown, `is no option; there are ${Object.keys(names).join(', ')}`);
}

const credentials = (proxy: URL | undefined): readonly string[] => (proxy ? [decodeURIComponent(proxy.password)] : []);
