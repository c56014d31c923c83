import { X509Certificate } from 'node:crypto';
import { type CommonOptions, ConfigurationError } from '@sitemessage/core';
import { checkProxyUrl } from '@sitemessage/http/tunnel';
import { type Jid, readJid } from './address.ts';
import type { XmppOptions } from './types.ts';

/** The options, checked, with nothing left to guess. */
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
  /** Of opening, in milliseconds. */
  readonly timeoutMs: number;
}

const ports = { starttls: 5_222, implicit: 5_223, none: 5_222 } as const;
/** Core's own, of opening and of one send. */
const defaultTimeoutMs = 30_000;

/** @throws ConfigurationError that names the option. */
export function readOptions(options: XmppOptions & CommonOptions): Settings {
  const { local, domain, resource } = option('jid', () => readJid(options.jid));
  if (resource !== undefined) throw wrong('jid', 'has a resource behind the /; give it as `resource`');
  if (typeof options.password !== 'string' || options.password === '') throw wrong('password', 'is missing');
  // It ends the password in PLAIN (RFC 4616).
  if (options.password.includes('\0')) throw wrong('password', 'holds U+0000');
  const server = options.service === undefined ? options : readService(options.service, options);
  const { host = domain, tls = 'starttls', port = ports[tls] } = server;
  if (!Object.hasOwn(ports, tls)) throw wrong('tls', "must be 'starttls', 'implicit' or 'none'");
  if (typeof host !== 'string' || host === '' || /[\s/@]/.test(host)) throw wrong('host', 'must be a bare host name or IP address');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw wrong('port', 'must be an integer from 1 to 65535');
  const proxy = readProxy(options.proxy);
  if (tls === 'none' && (!isLoopback(host) || proxy !== undefined)) {
    throw wrong('tls', "is 'none': all would go to another machine in clear; use 'starttls' or 'implicit'");
  }
  return {
    user: local,
    domain,
    password: options.password,
    host,
    port,
    tls,
    ca: options.ca === undefined ? undefined : readCertificates(options.ca),
    resource: options.resource === undefined ? undefined : readResource(options.resource, { local, domain }),
    proxy,
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
  };
}

function readService(service: unknown, options: XmppOptions): Pick<XmppOptions, 'host' | 'port' | 'tls'> {
  const beside = (['host', 'port'] as const).find((name) => options[name] !== undefined);
  if (beside) throw wrong(beside, 'and `service` exclude one another; leave one out');
  const url = typeof service === 'string' ? URL.parse(service) : null;
  if (url?.protocol === 'ws:' || url?.protocol === 'wss:')
    throw wrong('service', 'must be xmpp:// or xmpps://; WebSockets are not supported');
  const isPlace =
    url !== null && url.hostname !== '' && url.username + url.password === '' && !/[^/]/.test(url.pathname + url.search + url.hash);
  if (!isPlace || !['xmpp:', 'xmpps:'].includes(url.protocol)) {
    throw wrong('service', 'must look like xmpp://example.com:5222 or xmpps://example.com:5223, without user and password');
  }
  const isImplicit = url.protocol === 'xmpps:';
  if (options.tls !== undefined && (options.tls === 'implicit') !== isImplicit) {
    throw wrong('tls', `contradicts the ${url.protocol}// of \`service\`; leave it out`);
  }
  const tls = isImplicit ? 'implicit' : options.tls;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    ...(tls && { tls }),
    ...(url.port !== '' && { port: Number(url.port) }),
  };
}

function readResource(resource: unknown, { local, domain }: Omit<Jid, 'resource'>): string {
  if (typeof resource !== 'string' || resource === '') throw wrong('resource', 'must be a string that is not empty');
  return option('resource', () => readJid(`${local}@${domain}/${resource}`).resource) as string;
}

function readCertificates(ca: string): string {
  try {
    new X509Certificate(ca);
  } catch {
    throw wrong('ca', 'must hold certificates in PEM');
  }
  return ca;
}

function readProxy(proxy: string | undefined): URL | undefined {
  if (proxy === undefined) return undefined;
  const problem = checkProxyUrl(proxy);
  if (problem !== undefined) throw wrong('proxy', problem);
  return new URL(proxy);
}

function option<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw wrong(name, `is not right: ${(error as Error).message.replace(/\.$/, '')}`);
  }
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

const wrong = (name: string, problem: string): ConfigurationError =>
  new ConfigurationError(`xmpp: \`${name}\` ${problem}.`, { code: 'xmpp_option' });
