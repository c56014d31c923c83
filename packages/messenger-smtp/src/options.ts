import { createPrivateKey, X509Certificate } from 'node:crypto';
import { ConfigurationError } from '@sitemessage/core';
import { checkProxyUrl } from '@sitemessage/http/tunnel';
import addressparser from 'nodemailer/lib/addressparser';
import { getAddress } from './address.ts';
import { readHeaders } from './headers.ts';
import { isFoldable } from './lines.ts';
import { problemOf } from './problem.ts';
import { textProblem } from './text.ts';
import type { SmtpDkim, SmtpOAuth2, SmtpOptions } from './types.ts';

/** The options, checked, with nothing left to guess. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly tls: 'starttls' | 'implicit' | 'none';
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly oauth2: SmtpOAuth2 | undefined;
  readonly ca: string | undefined;
  readonly connections: number;
  readonly proxy: URL | undefined;
  readonly from: Mailbox;
  readonly replyTo: Mailbox | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly dkim: SmtpDkim | undefined;
  readonly name: string | undefined;
}

/** A name, perhaps empty, and an address. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** The port that each kind of `tls` has by default (RFC 8314, 7.3, and RFC 6409, 3.1). */
export const ports = { starttls: 587, implicit: 465, none: 25 } as const;
const defaultConnections = 5;
const suchAs = 'such as `The shop <shop@example.com>`';

/** @throws ConfigurationError that names the option. */
export function readOptions(options: SmtpOptions): Settings {
  const server = options.url === undefined ? options : readUrl(options.url, options);
  const { host, tls = 'starttls', port = ports[tls], user, password } = server;
  if (!Object.hasOwn(ports, tls)) throw wrong('tls', "must be 'starttls', 'implicit' or 'none'");
  if (typeof host !== 'string' || host === '') throw wrong('host', 'is missing; give it, or a `url`');
  if (/[\s/@]/.test(host)) throw wrong('host', 'must be a bare host name or IP address');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw wrong('port', 'must be an integer from 1 to 65535');
  checkText('user', user);
  checkText('password', password);
  if (options.oauth2 && user === undefined) throw wrong('user', 'is missing: OAuth2 needs the name of the account');
  if (options.oauth2 && password !== undefined) throw wrong('password', 'and `oauth2` exclude one another; leave one out');
  if (!options.oauth2 && (user === undefined) !== (password === undefined)) {
    throw wrong(user === undefined ? 'user' : 'password', 'is missing: a login takes both `user` and `password`');
  }
  if (tls === 'none' && user !== undefined && (!isLoopback(host) || options.proxy !== undefined)) {
    throw wrong('tls', "is 'none': the password would go to another machine in clear; use 'starttls' or 'implicit'");
  }
  const { connections = defaultConnections } = options;
  if (!Number.isInteger(connections) || connections < 1) throw wrong('connections', 'must be an integer of at least 1');

  return {
    host,
    port,
    tls,
    user,
    password,
    oauth2: options.oauth2 && readOAuth2(options.oauth2),
    ca: options.ca === undefined ? undefined : readCertificates(options.ca),
    connections,
    proxy: readProxy(options.proxy),
    from: option('from', () => readMailbox(options.from)),
    replyTo: options.replyTo === undefined ? undefined : option('replyTo', () => readMailbox(options.replyTo)),
    headers: option('headers', () => readHeaders(options.headers)),
    dkim: options.dkim && readDkim(options.dkim),
    name: options.name === undefined ? undefined : readName(options.name),
  };
}

/**
 * `ann@example.com` or `Ann <ann@example.com>`.
 *
 * @throws Error that says what is wrong with it, to follow the name of the option.
 */
export function readMailbox(text: unknown): Mailbox {
  const problem = textProblem(text, `an address, ${suchAs}`);
  if (typeof text !== 'string' || problem !== undefined) throw new Error(problem);
  if (/[\r\n\0]/.test(text)) throw new Error('holds a line break');
  const [mailbox, ...others] = addressparser(text);
  if (others.length > 0) throw new Error(`must be one address, ${suchAs}`);
  if (!mailbox?.address) throw new Error(`must be an address, ${suchAs}`);
  const { name = '', address } = mailbox;
  const nameProblem = textProblem(name);
  if (nameProblem !== undefined) throw new Error(`has a name that ${nameProblem}`);
  if (!isFoldable(name)) throw new Error('has a name that is too long for the line of a header');
  return { name, address: getAddress(address) };
}

function readUrl(text: string, options: SmtpOptions): Pick<SmtpOptions, 'host' | 'port' | 'user' | 'password' | 'tls'> {
  const beside = (['host', 'port', 'user', 'password'] as const).find((name) => options[name] !== undefined);
  if (beside) throw wrong(beside, 'and `url` exclude one another; leave one out');
  const url = URL.parse(text);
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '' || /[^/]/.test(url.pathname + url.hash))
    throw wrong('url', 'must look like smtp://user:password@host:587');
  const tls = readTls(url, options.tls);
  return {
    host: hostname(url),
    ...(tls !== undefined && { tls }),
    ...(url.port !== '' && { port: Number(url.port) }),
    ...(url.username !== '' && { user: decode('url', url.username) }),
    ...(url.password !== '' && { password: decode('url', url.password) }),
  };
}

/** The scheme says it, or the parameter `tls`, or the option of that name. They must not say different things. */
function readTls(url: URL, option: SmtpOptions['tls']): SmtpOptions['tls'] {
  const parameters = [...url.searchParams];
  // An unknown name may be a part of a password with a question mark.
  if (parameters.some(([name]) => name !== 'tls')) throw wrong('url', 'has a parameter other than `tls`; write %3F for a question mark');
  const values = [...(url.protocol === 'smtps:' ? ['implicit'] : []), ...parameters.map(([, value]) => value), ...(option ? [option] : [])];
  const [tls, ...others] = values as NonNullable<SmtpOptions['tls']>[];
  if (others.some((other) => other !== tls)) {
    throw wrong(
      'tls',
      url.protocol === 'smtps:' ? "must be 'implicit' with an smtps:// `url`; leave it out" : 'differs from that in the `url`',
    );
  }
  if (tls === undefined && Number(url.port) === ports.implicit) {
    throw wrong('url', "has the port 465, which wants TLS from the first byte on: begin it with smtps://, or say `tls: 'starttls'`");
  }
  return tls;
}

function readOAuth2(oauth2: SmtpOAuth2): SmtpOAuth2 {
  const names = oauth2.accessToken === undefined ? (['clientId', 'clientSecret', 'refreshToken'] as const) : (['accessToken'] as const);
  for (const name of names) checkPresent(`oauth2.${name}`, (oauth2 as Partial<Record<string, unknown>>)[name]);
  const { accessUrl } = oauth2 as { readonly accessUrl?: unknown };
  if (accessUrl !== undefined && !isSafe(URL.parse(String(accessUrl))))
    throw wrong('oauth2.accessUrl', 'must be an https URL without user and password (http goes to this machine only)');
  return oauth2;
}

function readDkim(dkim: SmtpDkim): SmtpDkim {
  for (const name of ['domainName', 'keySelector', 'privateKey'] as const) checkPresent(`dkim.${name}`, dkim[name]);
  // nodemailer signs with RSA, and sends a mail that it cannot sign without a signature.
  if (keyType(dkim.privateKey) !== 'rsa') throw wrong('dkim.privateKey', 'must be an RSA key without a passphrase, in PEM');
  return dkim;
}

function keyType(pem: string): string | undefined {
  try {
    return createPrivateKey(pem).asymmetricKeyType;
  } catch {
    return undefined;
  }
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

function readName(name: string): string {
  if (typeof name !== 'string' || !/^[!-~]+$/.test(name)) throw wrong('name', 'must be a host name, in ASCII');
  return name;
}

function checkPresent(name: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') throw wrong(name, 'is missing');
}

function checkText(name: string, value: unknown): void {
  if (value !== undefined && (typeof value !== 'string' || value === '')) throw wrong(name, 'must be a string that is not empty');
}

function decode(name: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong(name, 'has a user or a password with a stray %; write %25 for it');
  }
}

function option<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw wrong(name, problemOf(error));
  }
}

/** Where the secrets of a login may go; fetch refuses a URL with a user in it. */
const isSafe = (url: URL | null): boolean =>
  url !== null &&
  url.username + url.password === '' &&
  (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(hostname(url))));

/** As a socket takes it: an IPv6 address without its brackets. */
const hostname = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

const wrong = (name: string, problem: string): ConfigurationError =>
  new ConfigurationError(`smtp: \`${name}\` ${problem}.`, { code: 'smtp_option' });
