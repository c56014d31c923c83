import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type ArgumentError, check, checkOptions, invalidOption, type OptionCheck } from '@sitemessage/core';
import { checkProxyUrl } from '@sitemessage/http/tunnel';
import { type Mailbox, readMailbox } from './address.ts';
import { readHeaders } from './headers.ts';
import { problemOf } from './text.ts';
import type { SmtpDkim, SmtpOAuth2, SmtpOptions } from './types.ts';

/** The options after the checks, with every default. */
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

/** The default port for each value of `tls` (RFC 8314, 7.3, and RFC 6409, 3.1). */
export const defaultPorts = { starttls: 587, implicit: 465, none: 25 } as const;
const defaultConnections = 5;

const checkTls = check.oneOf(Object.keys(defaultPorts));
const checkMailbox: OptionCheck = (value) => problemIn(() => readMailbox(value));
const checkObject: OptionCheck = (value) => (typeof value === 'object' ? undefined : 'must be an object');
const checkFilled: OptionCheck = (value) => (typeof value === 'string' && value !== '' ? undefined : 'must be a text that is not empty');
const checkPattern =
  (pattern: RegExp, problem: string): OptionCheck =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : problem;

const checks = {
  from: checkMailbox,
  url: checkUrl,
  host: checkPattern(/^[^\s/@]+$/, 'must be a bare host name or IP address'),
  port: check.integer(1, 65_535),
  user: checkFilled,
  password: checkFilled,
  oauth2: checkObject,
  tls: checkTls,
  ca: checkCertificates,
  connections: check.integer(1),
  proxy: checkProxyUrl,
  replyTo: checkMailbox,
  headers: (value) => problemIn(() => readHeaders(value)),
  dkim: checkObject,
  name: checkPattern(/^[!-~]+$/, 'must be a host name, in ASCII'),
} satisfies Record<keyof SmtpOptions, OptionCheck>;

/** The names of all options of SMTP, without those that every messenger has. */
export const optionNames: readonly string[] = Object.keys(checks);

/** @throws ArgumentError `option_invalid`, which names the option and shows no secret. */
export function readOptions(options: SmtpOptions): Settings {
  const given = Object.fromEntries(optionNames.map((name) => [name, options[name as keyof SmtpOptions]]));
  checkOptions(given, checks, { of: 'smtp' });
  const server = options.url === undefined ? options : readUrl(options.url, options);
  const { host, tls = 'starttls', port = defaultPorts[tls], user, password } = server;
  if (host === undefined) throw wrong('host', 'is missing. Give it, or a `url`');
  checkLogin(options.oauth2, user, password);
  if (tls === 'none' && user !== undefined && (!isLoopback(host) || options.proxy !== undefined)) {
    throw wrong('tls', "is 'none', so the password would go to another machine in clear. Use 'starttls' or 'implicit'");
  }
  if (options.from === undefined) throw wrong('from', checkMailbox(options.from) as string);
  const { oauth2, ca, connections = defaultConnections, proxy, from, replyTo, headers, dkim, name } = options;
  return {
    host,
    port,
    tls,
    user,
    password,
    oauth2: oauth2 && readOAuth2(oauth2),
    ca,
    connections,
    proxy: proxy === undefined ? undefined : new URL(proxy),
    from: readMailbox(from),
    replyTo: replyTo === undefined ? undefined : readMailbox(replyTo),
    headers: readHeaders(headers),
    dkim: dkim && readDkim(dkim),
    name,
  };
}

function checkLogin(oauth2: SmtpOAuth2 | undefined, user: string | undefined, password: string | undefined): void {
  if (oauth2 && user === undefined) throw wrong('user', 'is missing. OAuth2 needs the name of the account');
  if (oauth2 && password !== undefined) throw wrong('password', 'and `oauth2` exclude each other. Leave one out');
  if (!oauth2 && (user === undefined) !== (password === undefined)) {
    throw wrong(user === undefined ? 'user' : 'password', 'is missing. A login takes both `user` and `password`');
  }
}

function checkUrl(value: unknown): string | undefined {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '' || /[^/]/.test(url.pathname + url.hash)) {
    return 'must look like smtp://user:password@host:587';
  }
  // An unknown name may be a part of a password with a question mark.
  if ([...url.searchParams.keys()].some((name) => name !== 'tls')) {
    return 'has a parameter other than `tls`. Write %3F for a question mark';
  }
  const isDecodable = problemIn(() => [url.username, url.password].map(decodeURIComponent)) === undefined;
  return isDecodable ? undefined : 'has a user or a password with a stray %. Write %25 for it';
}

type Server = Pick<SmtpOptions, 'host' | 'port' | 'user' | 'password' | 'tls'>;

function readUrl(text: string, options: SmtpOptions): Server {
  const beside = (['host', 'port', 'user', 'password'] as const).find((name) => options[name] !== undefined);
  if (beside) throw wrong(beside, 'and `url` exclude each other. Leave one out');
  const url = new URL(text);
  const tls = readTls(url, options.tls);
  return {
    host: hostname(url),
    ...(tls !== undefined && { tls }),
    ...(url.port !== '' && { port: Number(url.port) }),
    ...(url.username !== '' && { user: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
  };
}

/** Returns what the scheme, the parameter `tls` and the option `tls` say. They must agree. */
function readTls(url: URL, option: SmtpOptions['tls']): SmtpOptions['tls'] {
  const isImplicit = url.protocol === 'smtps:';
  const [tls, ...others] = [...(isImplicit ? ['implicit'] : []), ...url.searchParams.getAll('tls'), ...(option ? [option] : [])];
  if (others.some((other) => other !== tls)) {
    throw wrong('tls', isImplicit ? "must be 'implicit' with an smtps:// `url`. Leave it out" : 'differs from that in the `url`');
  }
  if (tls === undefined && Number(url.port) === defaultPorts.implicit) {
    throw wrong('url', "has the port 465, where TLS comes first. Begin it with smtps://, or give `tls: 'starttls'`");
  }
  const problem = tls === undefined ? undefined : checkTls(tls);
  if (problem !== undefined) throw wrong('tls', problem);
  return tls as SmtpOptions['tls'];
}

function readOAuth2(oauth2: SmtpOAuth2): SmtpOAuth2 {
  const names = oauth2.accessToken === undefined ? (['clientId', 'clientSecret', 'refreshToken'] as const) : (['accessToken'] as const);
  for (const name of names) checkPresent(`oauth2.${name}`, (oauth2 as Partial<Record<string, unknown>>)[name]);
  const { accessUrl } = oauth2 as { readonly accessUrl?: unknown };
  if (accessUrl !== undefined && !isSafe(URL.parse(String(accessUrl)))) {
    throw wrong('oauth2.accessUrl', 'must be an https URL without user and password. It may be http on this machine');
  }
  return oauth2;
}

function readDkim(dkim: SmtpDkim): SmtpDkim {
  for (const name of ['domainName', 'keySelector', 'privateKey'] as const) checkPresent(`dkim.${name}`, dkim[name]);
  // nodemailer signs with RSA. A mail that it cannot sign goes out without a signature.
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

function checkCertificates(value: unknown): string | undefined {
  return problemIn(() => new X509Certificate(value as string)) === undefined ? undefined : 'must hold certificates in PEM';
}

function checkPresent(name: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') throw wrong(name, 'is missing');
}

/** Returns the problem that `read` throws, or undefined. */
function problemIn(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return problemOf(error);
  }
}

/** Returns true for a URL to which the secrets of a login may go. `fetch` refuses a URL with a user. */
const isSafe = (url: URL | null): boolean =>
  url !== null &&
  url.username + url.password === '' &&
  (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(hostname(url))));

/** Returns the host for a socket: an IPv6 address has no brackets. */
const hostname = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

const wrong = (field: string, problem: string): ArgumentError => invalidOption(field, problem, 'smtp');
