import { ArgumentError } from '../errors.ts';
import type { EventDispatch } from '../events.ts';
import { readField } from '../foreign.ts';
import type { Links } from '../message/message-type.ts';
import { isUserId } from '../recipients/resolve.ts';
import { type Runtime, systemRuntime } from '../runtime.ts';
import { check, checkOptions, invalidOption } from '../validate.ts';
import { createSignature, readSecrets, type Signature } from './signature.ts';

/** What a link is good for. A link of one purpose does nothing for another. */
export type LinkPurpose = keyof Links;

/** Whom a link was made for, and in which message it went out. */
export interface LinkSubject {
  readonly dispatchId: string;
  /** The alias of the message type. */
  readonly type: string;
  /** An alias. */
  readonly messenger: string;
  readonly address: string;
  /** The id of the application's user, where there is one. */
  readonly recipientId?: string;
}

/** A user whom the application made a link to the preferences for, without a message. */
export interface LinkUser {
  readonly dispatchId?: undefined;
  readonly type?: undefined;
  readonly messenger?: undefined;
  readonly address?: undefined;
  readonly recipientId: string;
}

/** The `links` of a site. */
export interface SiteLinks {
  (dispatch: EventDispatch): Required<Links>;
  /**
   * Returns a link to the page of preferences of a user, for a page of the application behind its login.
   *
   * @throws ArgumentError for a user without an id.
   */
  preferencesOf(user: { readonly userId: string | number }): string;
}

export interface LinkSecretOptions {
  /**
   * At least 32 characters that nobody can guess, the same in every process. Of several, the first one signs and all of them verify: put a new
   * one in front, and take the old one away when its links need not work any more.
   */
  readonly secret: string | readonly string[];
  /** For tests: `fakeRuntime()`. Default: the machine's. */
  readonly runtime?: Pick<Runtime, 'now'>;
}

export interface LinksOptions extends LinkSecretOptions {
  /** Where `createWebHandler` of `@sitemessage/web` answers, such as `https://example.com/messages`. For unsubscribing by one click it has to be https. */
  readonly url: string;
  /** How long links work, in milliseconds. Default: for ever, as a link to unsubscribe has to. */
  readonly expiresInMs?: number;
}

export interface LinkReader {
  /** Asks nobody, so it may come before every other work. Undefined for a token of another purpose, and for one that works no more. */
  read(purpose: Exclude<LinkPurpose, 'preferences'>, token: string): LinkSubject | undefined;
  read(purpose: LinkPurpose, token: string): LinkSubject | LinkUser | undefined;
}

const purposes = ['unsubscribe', 'preferences', 'pixel'] as const satisfies readonly LinkPurpose[];

const secretChecks = { secret: check.anything, runtime: check.anything };

/** The content of a token, as JSON. */
type Sealed = readonly [...(OfDispatch | OfUser), until: number | null];
type OfDispatch = readonly [dispatchId: string, type: string, messenger: string, address: string, recipientId: string | null];
type OfUser = readonly [dispatchId: null, type: null, messenger: null, address: null, recipientId: string];

/**
 * Signed links for each recipient: the `links` of a site. All that is needed later is in them, encrypted, so nothing has to be kept.
 * `preferencesOf` of the same function makes a link for a user who is logged in.
 *
 * @throws ArgumentError that names the option. It shows no secret.
 */
export function createLinks(options: LinksOptions): SiteLinks {
  const expiresInMsCheck = check.integer(1, undefined, 'whole milliseconds');
  checkOptions(options, { ...secretChecks, url: check.anything, expiresInMs: expiresInMsCheck }, { of: 'createLinks' });
  const { expiresInMs, runtime = systemRuntime } = options;
  const url = readUrl(options.url);
  const seals = sealsFor(options.secret);
  const linker = (whose: OfDispatch | OfUser): ((purpose: LinkPurpose) => string) => {
    const until = expiresInMs === undefined ? null : Math.ceil(runtime.now() + expiresInMs);
    const text = JSON.stringify([...whose, until]);
    return (purpose) => `${url}/${purpose}/${seals[purpose].close(text)}`;
  };
  const linksOf = ({ id, type, messenger, address, recipientId }: EventDispatch): Required<Links> => {
    const link = linker([id, type, messenger, address, recipientId ?? null]);
    return { unsubscribe: link('unsubscribe'), preferences: link('preferences'), pixel: link('pixel') };
  };
  return Object.assign(linksOf, {
    preferencesOf: (user: { readonly userId: string | number }) => linker([null, null, null, null, readUserId(user)])('preferences'),
  });
}

function readUserId(user: unknown): string {
  const userId = readField(user, 'userId');
  const text = typeof userId === 'string' || Number.isFinite(userId) ? String(userId) : '';
  if (isUserId(text)) return text;
  const problem = 'must be the id of a user, as `userId` of createSitemessage returns it: a string or a finite number';
  throw new ArgumentError(`\`userId\` ${problem}.`, { field: 'userId' });
}

/**
 * Reads the tokens of the links that `createLinks` makes with the same secret. For the author of a web handler; applications take
 * `createWebHandler` of `@sitemessage/web`.
 *
 * @throws ArgumentError that names the option. It shows no secret.
 */
export function createLinkReader(options: LinkSecretOptions): LinkReader {
  checkOptions(options, secretChecks, { of: 'createLinkReader' });
  const { runtime = systemRuntime } = options;
  const seals = sealsFor(options.secret);
  const read = (purpose: LinkPurpose, token: string): LinkSubject | LinkUser | undefined => {
    const text = seals[purpose].open(token);
    if (text === undefined) return undefined;
    const [dispatchId, type, messenger, address, recipientId, until] = JSON.parse(text) as Sealed;
    if (until !== null && runtime.now() >= until) return undefined;
    if (dispatchId === null) return { recipientId };
    return { dispatchId, type, messenger, address, ...(recipientId !== null && { recipientId }) };
  };
  return { read: read as LinkReader['read'] };
}

function sealsFor(secret: unknown): Readonly<Record<LinkPurpose, Signature>> {
  const secrets = readSecrets(secret);
  return Object.fromEntries(purposes.map((purpose) => [purpose, createSignature(secrets, purpose)])) as Record<LinkPurpose, Signature>;
}

function readUrl(given: unknown): string {
  const url = typeof given === 'string' ? URL.parse(given) : null;
  if (url && ['http:', 'https:'].includes(url.protocol) && !/[?#]/.test(url.href) && !url.username && !url.password)
    return url.href.replace(/(?<!\/)\/+$/, '');
  throw invalidOption('url', 'must be an http or https URL without query, fragment and password, such as https://example.com/messages');
}
