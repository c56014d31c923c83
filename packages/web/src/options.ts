import {
  ArgumentError,
  check,
  checkOptions,
  type Html,
  type OptionCheck,
  type PreferencesOptions,
  type Sitemessage,
} from '@sitemessage/core';
import { createLinkReader, type LinkReader, type LinkSecretOptions, type LinkSubject, type LinkUser } from '@sitemessage/core/links';
import type { Page } from './pages/page.ts';

const of = 'createWebHandler';
const methods = ['unsubscribeRecipient', 'getRecipientPreferences', 'setRecipientPreferences', 'reportOutcome'] as const;

/** The methods of a site that the handler calls. */
export type WebSite = Pick<Sitemessage, (typeof methods)[number]>;

export interface WebOptions {
  /** The secret of `createLinks`, or several, each of which verifies links. At least 32 characters. */
  readonly secret: LinkSecretOptions['secret'];
  /** The path of the handler, as in the `url` of `createLinks`: `/messages`. Default: the root. */
  readonly basePath?: string;
  /**
   * The offer of the page of preferences: options of `getUserPreferences`. Default: all that people can
   * subscribe to.
   */
  readonly preferences?: PreferencesOptions;
  /**
   * Returns the language of a recipient, such as `de` or `de-AT`. Undefined, or a language without texts,
   * means the default: the language that the browser asks for, then English.
   */
  readonly locale?: (recipient: LinkSubject | LinkUser) => string | undefined | Promise<string | undefined>;
  /** CSS to add after that of the pages: `:root { --sm-accent: #a21caf }`. Default: none. */
  readonly styles?: string;
  /** Returns a whole document. It may have styles, and no script. Default: the built-in pages. */
  readonly render?: (page: Page) => Html | Promise<Html>;
  /**
   * Gets each error, mostly of the storage, for which somebody was told to try again later. It also gets
   * errors of `locale` and `render`. Default: a warning of the process.
   */
  readonly onError?: (error: unknown) => void;
  /** A clock for tests: `fakeRuntime()`. Default: the system's. */
  readonly runtime?: LinkSecretOptions['runtime'];
}

/** The options, checked and with defaults. */
export interface Settings extends Pick<WebOptions, 'locale' | 'render'> {
  /** The decoded path, without the slash at its end. Empty for the root. */
  readonly basePath: string;
  readonly preferences: PreferencesOptions;
  readonly styles: string;
  readonly links: LinkReader;
  readonly report: (error: unknown) => void;
}

const checks: Readonly<Record<keyof WebOptions, OptionCheck>> = {
  // `createLinkReader` checks it.
  secret: check.anything,
  basePath: (value) => (pathOf(value) === undefined ? 'must be a path such as `/messages`' : undefined),
  // `checkPreferences` checks its parts.
  preferences: (value) => (isObject(value) ? undefined : 'must be an object with `messageFilter`, `messengerFilter` and `titles`'),
  locale: check.function,
  styles: checkStyles,
  render: check.function,
  onError: check.function,
  runtime: (value) =>
    isObject(value) && 'now' in value && typeof value.now === 'function' ? undefined : 'must have a `now`, as `fakeRuntime()` has',
};

const preferenceChecks: Readonly<Record<keyof PreferencesOptions, OptionCheck>> = {
  messageFilter: check.function,
  messengerFilter: check.function,
  titles: (value) =>
    isObject(value) && Object.values(value).every((title) => typeof title === 'string') ? undefined : 'must be an object of strings',
};

/** @throws ArgumentError `argument_invalid` for a value that is not a site. */
export function checkSite(site: WebSite): void {
  const missing = methods.find((method) => typeof site?.[method] !== 'function');
  if (missing === undefined) return;
  throw new ArgumentError(`\`site\` of ${of} has no method \`${missing}\`. Pass what \`createSitemessage\` returns.`, { field: 'site' });
}

/** @throws ArgumentError that names the option and shows no secret. */
export function readOptions(options: WebOptions): Settings {
  checkOptions(options, checks, { of });
  const { secret, runtime, basePath = '', preferences = {}, styles = '', locale, render, onError = warn } = options;
  checkPreferences(preferences);
  return {
    basePath: pathOf(basePath) ?? '',
    preferences,
    // A browser reads each line end as \n, and the hash of the styles must be the same there.
    styles: styles.replace(/\r\n?/g, '\n'),
    links: createLinkReader({ secret, ...(runtime && { runtime }) }),
    report: onError,
    ...(locale && { locale }),
    ...(render && { render }),
  };
}

/** Checks the parts of `preferences` at once. Otherwise every opened link would fail. */
function checkPreferences(preferences: PreferencesOptions): void {
  const prefix = <T>(parts: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [`preferences.${name}`, part]));
  checkOptions(prefix(preferences as Readonly<Record<string, unknown>>), prefix(preferenceChecks), { of });
}

function checkStyles(value: unknown): string | undefined {
  if (typeof value !== 'string' || /<\/style/i.test(value)) return 'must be CSS, without a tag';
  return value.includes('\0') || !value.isWellFormed() ? 'holds a NUL or half of a surrogate pair, which HTML cannot hold' : undefined;
}

/**
 * Returns a path decoded, as paths are compared, and without slashes at its end. Undefined for other
 * values.
 */
function pathOf(value: unknown): string | undefined {
  const path = typeof value === 'string' ? decode(value) : undefined;
  const isPath =
    path !== undefined && /^(?:\/[\w\-.~\P{ASCII}]*)*$/u.test(path) && !path.split('/').some((segment) => /^\.\.?$/.test(segment));
  return isPath ? path.replace(/(?<!\/)\/+$/, '') : undefined;
}

/** Returns undefined for a text that no URL can have in its path. */
function decode(path: string): string | undefined {
  try {
    return path.isWellFormed() ? decodeURI(path) : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

function warn(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  process.emitWarning(`A request for a link of a message failed: ${reason}`, 'SitemessageWarning');
}
