import type { Html, PreferencesOptions } from '@sitemessage/core';
import { createLinkReader, type LinkReader, type LinkSecretOptions, type LinkSubject, type LinkUser } from '@sitemessage/core/links';
import type { Page } from '../pages/page.ts';
import { readBasePath } from './base-path.ts';
import { checkPreferencesOptions } from './preferences.ts';
import { refuse } from './refuse.ts';
import { readStyles } from './styles.ts';

export interface WebOptions {
  /** That of `createLinks`: one, or several of which all verify. */
  readonly secret: LinkSecretOptions['secret'];
  /** The path that the handler is mounted at, which is that of the `url` of `createLinks`: `/messages`. Default: the root. */
  readonly basePath?: string;
  /** What the page of preferences offers, and by which titles: the options of `getUserPreferences`. Default: everything that one can subscribe to. */
  readonly preferences?: PreferencesOptions;
  /** The language of a recipient, such as `de` or `de-AT`. Default, also for undefined and for one that there are no texts in: what the browser asks for. */
  readonly locale?: (recipient: LinkSubject | LinkUser) => string | undefined | Promise<string | undefined>;
  /** CSS that comes after that of the pages: `:root { --sm-accent: #a21caf }`. Default: none. */
  readonly styles?: string;
  /** A whole document instead of the built-in one. It may have styles of its own, and no script. Default: the built-in pages. */
  readonly render?: (page: Page) => Html | Promise<Html>;
  /**
   * What went wrong: mostly the storage, while somebody was told to try again later, and what `locale` and `render` should not have done.
   * Default: a warning of the process.
   */
  readonly onError?: (error: unknown) => void;
  /** For tests: `fakeRuntime()`. Default: the machine's. */
  readonly runtime?: LinkSecretOptions['runtime'];
}

export interface Settings extends Pick<WebOptions, 'locale' | 'render'> {
  readonly basePath: string;
  readonly preferences: PreferencesOptions;
  readonly styles: string;
  readonly links: LinkReader;
  readonly report: (error: unknown) => void;
}

const functions = ['locale', 'render', 'onError'] as const;
const names = ['secret', 'runtime', 'basePath', 'preferences', 'styles', ...functions];

/** @throws ConfigurationError that names the option; it shows no secret. */
export function readOptions(options: WebOptions): Settings {
  if (typeof options !== 'object' || options === null) return refuse('`options` of createWebHandler are missing; it needs a `secret`.');
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) refuse(`\`${unknown}\` is no option of createWebHandler; there are ${names.join(', ')}.`);
  for (const name of functions) {
    if (options[name] !== undefined && typeof options[name] !== 'function') refuse(`\`${name}\` must be a function.`);
  }
  const { secret, runtime, basePath = '', preferences = {}, styles = '', locale, render, onError = warn } = options;
  checkPreferencesOptions(preferences);
  if (runtime !== undefined && typeof runtime?.now !== 'function') refuse('`runtime` must have a `now`, as `fakeRuntime()` has.');
  return {
    basePath: readBasePath(basePath),
    preferences,
    styles: readStyles(styles),
    links: createLinkReader({ secret, ...(runtime && { runtime }) }),
    report: onError,
    ...(locale && { locale }),
    ...(render && { render }),
  };
}

function warn(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  process.emitWarning(`A request for a link of a message failed: ${reason}`, 'SitemessageWarning');
}
