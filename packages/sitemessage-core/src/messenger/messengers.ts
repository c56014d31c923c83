import { ConfigurationError } from '../errors.ts';
import { hintFor, kindOf, readField } from '../foreign.ts';
import { didYouMean, invalidOption } from '../validate.ts';
import type { AnyMessenger } from './messenger.ts';
import { findMessenger, registeredAliases } from './registry.ts';
import { validateMessenger } from './validate.ts';

/** The messengers of one site, by alias. */
export interface Messengers {
  /**
   * Adds all of the messengers, or none.
   *
   * @throws ArgumentError for a value that is no messenger, and for a wrong field of one.
   * @throws ConfigurationError `alias_taken` when two have the same alias.
   */
  register(messengers: readonly AnyMessenger[]): void;
  find(alias: string): AnyMessenger | undefined;
  /** @throws ConfigurationError `messenger_unknown`, which says what to install, import or configure. */
  get(alias: string): AnyMessenger;
  all(): readonly AnyMessenger[];
}

/**
 * Makes the messengers of a site from a list of messengers, or from options by the alias of a registered
 * messenger.
 *
 * @throws ArgumentError and ConfigurationError, as `register` does, and `messenger_unknown` for an alias
 * that is not registered.
 */
export function createMessengers(given: readonly AnyMessenger[] | Readonly<Record<string, unknown>>): Messengers {
  const messengers = new Map<string, AnyMessenger>();

  const register = (added: readonly AnyMessenger[]): void => {
    const aliases = new Set(messengers.keys());
    for (const [index, messenger] of added.entries()) {
      checkMessenger(messenger, index);
      const { alias } = messenger;
      if (aliases.has(alias)) {
        throw new ConfigurationError(`Two messengers of this site have the alias "${alias}". Give one of them another \`alias\`.`, {
          code: 'alias_taken',
        });
      }
      aliases.add(alias);
    }
    for (const messenger of added) messengers.set(messenger.alias, messenger);
  };

  if (typeof given !== 'object' || given === null || given instanceof Promise) {
    const hint = typeof given === 'function' ? ' Call the factory, as in `messengers: [smtp({ ... })]`.' : hintFor(given);
    throw invalidOption('messengers', `must be a list of messengers, or options by alias, not ${kindOf(given)}.${hint}`);
  }
  register(Array.isArray(given) ? given : Object.entries(given).map(([alias, options]) => fromRegistry(alias, options)));

  return {
    register,
    find: (alias) => messengers.get(alias),
    get(alias) {
      const messenger = messengers.get(alias);
      if (!messenger) throw new ConfigurationError(explainUnknown(alias, [...messengers.keys()]), { code: 'messenger_unknown' });
      return messenger;
    },
    all: () => [...messengers.values()],
  };
}

function checkMessenger(given: unknown, index: number): void {
  const isMessenger = typeof given === 'object' && ['getAddress', 'open'].every((name) => typeof readField(given, name) === 'function');
  if (isMessenger) {
    validateMessenger(given as AnyMessenger);
    return;
  }
  if (given instanceof Promise) refuseMessenger(index, given, hintFor(given));
  const alias = typeof given === 'string' ? given : readField(readField(given, 'definition'), 'alias');
  const example = typeof alias === 'string' && /^[a-z]{2,20}$/.test(alias) ? alias : 'smtp';
  refuseMessenger(index, given, ` Call its factory: \`${example}({ ... })\`.`);
}

function refuseMessenger(index: number, given: unknown, hint: string): never {
  throw invalidOption(`messengers[${index}]`, `is ${kindOf(given)}, not a messenger.${hint}`);
}

function fromRegistry(alias: string, options: unknown): AnyMessenger {
  const factory = findMessenger(alias);
  if (!factory) {
    throw new ConfigurationError(
      `\`messengers.${alias}\`: no messenger with this alias is registered.${didYouMean(alias, registeredAliases()) || ` ${howToInstall(alias)}`}`,
      {
        code: 'messenger_unknown',
      },
    );
  }
  const given = (options as { readonly alias?: unknown } | null | undefined)?.alias;
  if (given !== undefined && given !== alias) {
    const example = `messengers: [${alias}({ alias: '${given}', ... })]`;
    throw invalidOption(`messengers.${alias}`, `has the alias "${given}". To name messengers yourself, give a list: \`${example}\``);
  }
  return factory(options as never);
}

function explainUnknown(alias: string, known: readonly string[]): string {
  const here = known.length > 0 ? `This site has: ${known.join(', ')}.` : 'This site has none.';
  if (findMessenger(alias)) {
    return `This site has no messenger "${alias}". ${here} It is installed, but has no options: add it to \`messengers\` of createSitemessage.`;
  }
  const meant = didYouMean(alias, [...known, ...registeredAliases()]);
  return `This site has no messenger "${alias}". ${here}${meant || ` ${howToInstall(alias)} Then give its options to createSitemessage.`}`;
}

/** Follows the naming of this project's packages. Core knows no messenger by name. */
function howToInstall(alias: string): string {
  return `Install its package and import it. For one of this project: \`npm install @sitemessage/messenger-${alias}\`, then \`import '@sitemessage/messenger-${alias}'\`. \`import type\` registers nothing.`;
}
