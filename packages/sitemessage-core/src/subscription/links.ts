import { ConfigurationError } from '../errors.ts';
import type { EventDispatch } from '../events.ts';
import type { Links } from '../message/message-type.ts';
import { checkOptions } from '../options.ts';
import { type Runtime, systemRuntime } from '../runtime.ts';
import { createSeal, readSecrets, type Seal } from './seal.ts';

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
  /** Asks nobody, so it may come before every other work. Undefined for what is no link of this purpose, or works no more; nobody is told why. */
  read(purpose: LinkPurpose, token: string): LinkSubject | undefined;
}

const purposes = ['unsubscribe', 'preferences', 'pixel'] as const satisfies readonly LinkPurpose[];

/** What is in a token, as JSON. */
type Sealed = readonly [
  dispatchId: string,
  type: string,
  messenger: string,
  address: string,
  recipientId: string | null,
  until: number | null,
];

/**
 * Signed links for each recipient: the `links` of a site. All that is needed later is in them, encrypted, so nothing has to be kept.
 *
 * @throws TypeError for an option that there is not.
 * @throws ConfigurationError for one that is not what it should be; it names the option, and shows no secret.
 */
export function createLinks(options: LinksOptions): (dispatch: EventDispatch) => Required<Links> {
  checkOptions(options, ['url', 'secret', 'expiresInMs', 'runtime']);
  const { expiresInMs, runtime = systemRuntime } = options;
  const url = readUrl(options.url);
  if (expiresInMs !== undefined && !(Number.isFinite(expiresInMs) && expiresInMs > 0)) {
    throw new ConfigurationError('`expiresInMs` must be a number of milliseconds above 0.', { code: 'option_invalid' });
  }
  const seals = sealsFor(options.secret);
  return ({ id, type, messenger, address, recipientId = null }) => {
    const until = expiresInMs === undefined ? null : Math.ceil(runtime.now() + expiresInMs);
    const text = JSON.stringify([id, type, messenger, address, recipientId, until] satisfies Sealed);
    const link = (purpose: LinkPurpose): string => `${url}/${purpose}/${seals[purpose].close(text)}`;
    return { unsubscribe: link('unsubscribe'), preferences: link('preferences'), pixel: link('pixel') };
  };
}

/**
 * Reads the tokens of the links that `createLinks` makes with the same secret. For the author of a web handler; applications take
 * `createWebHandler` of `@sitemessage/web`.
 *
 * @throws TypeError for an option that there is not.
 * @throws ConfigurationError for a secret that is none; it is not shown.
 */
export function createLinkReader(options: LinkSecretOptions): LinkReader {
  checkOptions(options, ['secret', 'runtime']);
  const { runtime = systemRuntime } = options;
  const seals = sealsFor(options.secret);
  return {
    read(purpose, token) {
      const text = seals[purpose].open(token);
      if (text === undefined) return undefined;
      const [dispatchId, type, messenger, address, recipientId, until] = JSON.parse(text) as Sealed;
      if (until !== null && runtime.now() >= until) return undefined;
      return { dispatchId, type, messenger, address, ...(recipientId !== null && { recipientId }) };
    },
  };
}

function sealsFor(secret: unknown): Readonly<Record<LinkPurpose, Seal>> {
  const secrets = readSecrets(secret);
  return Object.fromEntries(purposes.map((purpose) => [purpose, createSeal(secrets, purpose)])) as Record<LinkPurpose, Seal>;
}

function readUrl(given: unknown): string {
  const url = typeof given === 'string' ? URL.parse(given) : null;
  if (url && ['http:', 'https:'].includes(url.protocol) && !/[?#]/.test(url.href) && !url.username && !url.password)
    return url.href.replace(/\/+$/, '');
  throw new ConfigurationError(
    '`url` must be an http or https URL without query, fragment and password, such as https://example.com/messages.',
    {
      code: 'option_invalid',
    },
  );
}
