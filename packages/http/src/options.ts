import { check, checkOptions, invalidOption, type OptionCheck } from '@sitemessage/core';
import { checkProxy, type ProxyOption, proxyFor } from './proxy-option.ts';
import { loginOf } from './tunnel/proxy.ts';
import { checkBaseUrl, normalizeBaseUrl } from './url.ts';

type Secrets = readonly (string | undefined)[];

export interface HttpOptions {
  /**
   * The http or https URL that paths are appended to: `https://api.example.com/v1`. Without user and
   * password.
   */
  readonly baseUrl: string;
  /**
   * `socks5://user:password@host:1080` (or `socks5h`, which is the same), `http://user:password@host:3128` or
   * `https://...`, with user and password percent-encoded. The proxy looks up names. Default: none; no
   * environment variable is read.
   */
  readonly proxy?: ProxyOption | undefined;
  /**
   * The time of one request, from the connection to the last byte of the reply, in milliseconds. Default
   * 30,000.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Passwords, tokens and keys. Each is redacted in every error, in the spellings that the README lists;
   * secrets shorter than 4 characters are not. A function is called for each error, because tokens change.
   * Default: none.
   */
  readonly secrets?: Secrets | (() => Secrets) | undefined;
  /**
   * Sends the requests, for tests. Its errors are mapped like others. Default: connections that are kept
   * alive.
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** The options, checked and with defaults. */
export interface Settings {
  readonly baseUrl: URL;
  readonly proxy: URL | undefined;
  readonly timeoutMs: number;
  readonly secrets: () => Secrets;
  readonly fetch: typeof globalThis.fetch | undefined;
}

const defaultTimeoutMs = 30_000;
const longestTimeoutMs = 2 ** 31 - 1;

const checks: Readonly<Record<keyof HttpOptions, OptionCheck>> = {
  baseUrl: checkBaseUrl,
  proxy: checkProxy,
  timeoutMs: check.integer(1, longestTimeoutMs, 'whole milliseconds'),
  secrets: (value) => (typeof value === 'function' ? undefined : checkSecrets(value)),
  fetch: check.function,
};

/** @throws ArgumentError that names the option and shows no secret. */
export function readOptions(options: HttpOptions): Settings {
  checkOptions(options, checks, { of: 'createHttp' });
  const { baseUrl, proxy, timeoutMs = defaultTimeoutMs, secrets = [], fetch } = options;
  if (baseUrl === undefined) throw invalidOption('baseUrl', 'is missing', 'createHttp');
  const base = new URL(normalizeBaseUrl(baseUrl));
  const secretsNow = typeof secrets === 'function' ? secrets : () => secrets;
  const problem = checkSecrets(secretsNow());
  if (problem !== undefined) throw invalidOption('secrets', problem, 'createHttp');
  const proxyUrl = proxyFor(base, proxy);
  const proxySecrets = proxyUrl ? [loginOf(proxyUrl).password] : [];
  return { baseUrl: base, proxy: proxyUrl, timeoutMs, secrets: () => [...secretsNow(), ...proxySecrets], fetch };
}

const checkSecrets = (value: unknown): string | undefined =>
  Array.isArray(value) && value.every((secret) => secret === undefined || typeof secret === 'string')
    ? undefined
    : 'must be a list of strings, or a function that returns one';
