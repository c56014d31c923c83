import { ConfigurationError } from '../errors.ts';
import type { AnyMessengerFactory } from './define.ts';

/** Raised when the shape below changes, so that two copies of this package that cannot share it say so. */
const protocol = 1;

interface Registry {
  readonly protocol: number;
  readonly factories: Map<string, AnyMessengerFactory>;
}

const place = Symbol.for('sitemessage.registry');

/** One per process, however many copies of this package are loaded in it. */
function registry(): Registry {
  const home = globalThis as { [place]?: Registry };
  home[place] ??= { protocol, factories: new Map() };
  const found = home[place];
  if (found.protocol !== protocol) {
    throw new ConfigurationError(
      `Two copies of @sitemessage/core are loaded that cannot work together: their registries speak protocol ${found.protocol} and ${protocol}. Install one version of @sitemessage/core.`,
      { code: 'registry_mismatch' },
    );
  }
  return found;
}

/**
 * Makes a messenger known by its alias, so that `createSitemessage({ messengers: { [alias]: options } })` finds it. A messenger package
 * calls it once, when it is imported. Registers no credentials: those are the application's.
 *
 * @throws ConfigurationError when another package has registered the alias. The same package replaces quietly: test runners import twice.
 */
export function registerMessenger(factory: AnyMessengerFactory): void {
  const { factories } = registry();
  const { alias, package: origin } = factory.definition;
  const holder = factories.get(alias)?.definition.package;
  if (holder !== undefined && holder !== origin) {
    throw new ConfigurationError(
      `The messenger alias "${alias}" is registered by two packages: ${holder} and ${origin}. Import one of them, or give one another alias.`,
      {
        code: 'alias_taken',
      },
    );
  }
  factories.set(alias, factory);
}

/** The aliases of all messengers that were imported. */
export function registeredAliases(): readonly string[] {
  return [...registry().factories.keys()];
}

/** The factory that was registered under this alias. */
export function findMessenger(alias: string): AnyMessengerFactory | undefined {
  return registry().factories.get(alias);
}
