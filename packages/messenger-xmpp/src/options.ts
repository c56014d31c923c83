import { X509Certificate } from 'node:crypto';
import { type ArgumentError, type CommonOptions, check, checkOptions, invalidOption, type OptionCheck } from '@sitemessage/core';
import { checkProxyUrl } from '@sitemessage/http/tunnel';
import { readJid } from './address.ts';
import type { XmppOptions } from './types.ts';

/** The options after the checks, with every default. */
export interface Settings {
  /** The part of the JID before the `@`: the name to log in with. */
  readonly user: string;
  readonly domain: string;
  readonly password: string;
  readonly host: string;
  readonly port: number;
  readonly tls: 'starttls' | 'implicit' | 'none';
  readonly ca: string | undefined;
  readonly resource: string | undefined;
  readonly proxy: URL | undefined;
  /** The longest time for opening a session, in milliseconds. */
  readonly timeoutMs: number;
}

const defaultPorts = { starttls: 5_222, implicit: 5_223, none: 5_222 } as const;
/** Core's default for opening a session and for one send. */
const defaultTimeoutMs = 30_000;

const checkFilled: OptionCheck = (value) => (typeof value === 'string' && value !== '' ? undefined : 'must be a text that is not empty');

const checks = {
  // `readOptions` reads these two, because the error names the part that is wrong.
  jid: check.anything,
  resource: checkFilled,
  // A NUL ends the password in PLAIN (RFC 4616).
  password: (value) => checkFilled(value) ?? ((value as string).includes('\0') ? 'holds a NUL (U+0000)' : undefined),
  host: (value) => (typeof value === 'string' && /^[^\s/@]+$/.test(value) ? undefined : 'must be a bare host name or IP address'),
  port: check.integer(1, 65_535),
  service: checkService,
  tls: check.oneOf(Object.keys(defaultPorts)),
  ca: checkCertificates,
  proxy: checkProxyUrl,
} satisfies Record<keyof XmppOptions, OptionCheck>;

/** The names of all options of XMPP, without those that every messenger has. */
export const optionNames: readonly string[] = Object.keys(checks);

/** @throws ArgumentError `option_invalid`, which names the option and shows no secret. */
export function readOptions(options: XmppOptions & CommonOptions): Settings {
  const given = Object.fromEntries(optionNames.map((name) => [name, options[name as keyof XmppOptions]]));
  checkOptions(given, checks, { of: 'xmpp' });
  for (const name of ['jid', 'password'] as const) {
    if (options[name] === undefined) throw wrong(name, 'is missing');
  }
  const { local, domain, resource } = readOption('jid', () => readJid(options.jid));
  if (resource !== undefined) throw wrong('jid', 'has a resource after the /. Give it as `resource`');
  const server = options.service === undefined ? options : readService(options.service, options);
  const { host = domain, tls = 'starttls', port = defaultPorts[tls] } = server;
  const { password, ca, proxy, timeoutMs = defaultTimeoutMs } = options;
  if (tls === 'none' && (!isLoopback(host) || proxy !== undefined)) {
    throw wrong('tls', "is 'none', so everything would go to another machine in clear. Use 'starttls' or 'implicit'");
  }
  return {
    user: local,
    domain,
    password,
    host,
    port,
    tls,
    ca,
    resource:
      options.resource === undefined ? undefined : readOption('resource', () => readJid(`${local}@${domain}/${options.resource}`).resource),
    proxy: proxy === undefined ? undefined : new URL(proxy),
    timeoutMs,
  };
}

function checkService(value: unknown): string | undefined {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (url?.protocol === 'ws:' || url?.protocol === 'wss:') return 'must be xmpp:// or xmpps://. WebSockets are not supported';
  const isPlain =
    url !== null && url.hostname !== '' && url.username + url.password === '' && !/[^/]/.test(url.pathname + url.search + url.hash);
  return isPlain && ['xmpp:', 'xmpps:'].includes(url.protocol)
    ? undefined
    : 'must look like xmpp://example.com:5222 or xmpps://example.com:5223, without user and password';
}

function readService(service: string, options: XmppOptions): Pick<XmppOptions, 'host' | 'port' | 'tls'> {
  const beside = (['host', 'port'] as const).find((name) => options[name] !== undefined);
  if (beside) throw wrong(beside, 'and `service` exclude each other. Leave one out');
  const url = new URL(service);
  const isImplicit = url.protocol === 'xmpps:';
  if (options.tls !== undefined && (options.tls === 'implicit') !== isImplicit) {
    throw wrong('tls', `contradicts the ${url.protocol}// of \`service\`. Leave it out`);
  }
  const tls = isImplicit ? 'implicit' : options.tls;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    ...(tls && { tls }),
    ...(url.port !== '' && { port: Number(url.port) }),
  };
}

function checkCertificates(value: unknown): string | undefined {
  try {
    new X509Certificate(value as string);
    return undefined;
  } catch {
    return 'must hold certificates in PEM';
  }
}

function readOption<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw wrong(name, `is wrong. ${(error as Error).message}`);
  }
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

const wrong = (field: string, problem: string): ArgumentError => invalidOption(field, problem, 'xmpp');
