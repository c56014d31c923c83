import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Check, checkAlias, checkAuthor, checkLicense, checkPackageName, checkTitle } from './checks.ts';
import { findLicense } from './licenses.ts';
import { namesOf } from './names.ts';
import { type Environment, exampleOfFlags, takenByNpm } from './package-manager.ts';
import { Problem } from './problem.ts';
import { isKind, type Kind, kinds } from './templates.ts';

/** The settings of the command line. Missing ones are asked, or have their default. */
export interface Given {
  /** The folder, as it was written. */
  readonly folder?: string;
  readonly alias?: string;
  readonly title?: string;
  readonly kind?: string;
  readonly package?: string;
  readonly author?: string;
  readonly license?: string;
}

/** All settings of a package, checked. */
export interface Settings {
  readonly alias: string;
  readonly title: string;
  readonly kind: Kind;
  readonly package: string;
  readonly author: string;
  readonly license: string;
}

export interface CommandLine {
  readonly given: Given;
  /** True: asks nothing. */
  readonly yes: boolean;
  /** True: overwrites files of a folder that is not empty. */
  readonly force: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

/**
 * Reads and checks the command line.
 *
 * @throws Problem that names a flag which is unknown, has a missing or a wrong value, or was taken by npm.
 */
export function readCommandLine(args: readonly string[], env: Environment = {}): CommandLine {
  const { values, positionals } = parse(args);
  const { yes, force, help, version, ...answers } = values;
  const [folder, another] = positionals;
  const taken = takenByNpm(env).filter((name) => !values[name]);
  if (taken.length > 0) {
    throw new Problem(`npm took ${taken.map((name) => `--${name}`).join(', ')} for itself. Put flags after --: ${exampleOfFlags(env)}`);
  }
  if (another !== undefined) {
    throw new Problem(`There can be one folder, and "${another}" is a second one. Write flags like this: ${exampleOfFlags(env)}`);
  }
  if (folder !== undefined && (folder.trim() === '' || /\p{Cc}/u.test(folder))) {
    throw new Problem('The name of the folder is empty or has control characters.');
  }
  const given: Given = { ...answers, ...(folder !== undefined && { folder }) };
  for (const [name, check] of Object.entries(checks)) refuse(name, given[name as keyof Given], check);
  return { given, yes, force, help, version };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        alias: text,
        title: text,
        kind: text,
        package: text,
        author: text,
        license: text,
        yes: { ...flag, short: 'y' },
        force: flag,
        help: { ...flag, short: 'h' },
        version: flag,
      },
    });
  } catch (error) {
    throw new Problem(`${(error as Error).message.replace(/\.?$/, '.')} See --help.`);
  }
}

const checks: Readonly<Record<Exclude<keyof Given, 'folder'>, Check>> = {
  alias: checkAlias,
  title: checkTitle,
  kind: (kind) => (isKind(kind) ? undefined : `must be one of ${Object.keys(kinds).join(', ')}`),
  package: checkPackageName,
  author: checkAuthor,
  license: checkLicense,
};

function refuse(name: string, value: string | undefined, check: Check): void {
  const problem = value === undefined ? undefined : check(value);
  if (problem !== undefined) throw new Problem(`--${name} ${problem}.`);
}

/**
 * Returns the alias for a folder: `my-protocol` for `sitemessage-messenger-my-protocol`. Undefined when its
 * name is not an alias.
 */
export function aliasOf(folder: string): string | undefined {
  const alias = basename(resolve(folder)).replace(/^sitemessage-messenger-(?=.)/, '');
  return checkAlias(alias) === undefined ? alias : undefined;
}

/**
 * Returns the default settings for an alias. In the folder `@acme/pigeon` the package is in the scope
 * `@acme`.
 */
export function defaultsFor(alias: string, folder?: string): Settings {
  const name = packageFor(alias, folder);
  return { alias, title: namesOf(alias).title, kind: 'http', package: name, author: authorOf(name), license: 'MIT' };
}

function packageFor(alias: string, folder: string | undefined): string {
  const name = `sitemessage-messenger-${alias}`;
  const scoped = folder === undefined ? name : `${basename(dirname(resolve(folder)))}/${name}`;
  return scoped.startsWith('@') && checkPackageName(scoped) === undefined ? scoped : name;
}

/** Returns the default author of a package. */
export const authorOf = (name: string): string => `the ${name} authors`;

/**
 * Completes the settings with their defaults.
 *
 * @throws Problem when neither the command line nor the folder has an alias.
 */
export function settle(given: Given): Settings & { readonly folder: string } {
  const alias = given.alias ?? (given.folder === undefined ? undefined : aliasOf(given.folder));
  if (alias === undefined) throw new Problem(missingAlias(given.folder));
  const defaults = defaultsFor(alias, given.folder);
  const name = given.package ?? defaults.package;
  const license = given.license ?? defaults.license;
  return {
    folder: given.folder ?? alias,
    alias,
    title: given.title ?? defaults.title,
    kind: (given.kind as Kind | undefined) ?? defaults.kind,
    package: name,
    author: given.author ?? authorOf(name),
    license: findLicense(license) ?? license,
  };
}

function missingAlias(folder: string | undefined): string {
  if (folder === undefined) return 'Name a folder: npm create sitemessage-messenger my-protocol. See --help.';
  const name = basename(resolve(folder));
  return `The name of the folder, "${name}", is not an alias: it ${checkAlias(name)}. Give one with --alias.`;
}
