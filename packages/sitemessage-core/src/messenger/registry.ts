import { ConfigurationError } from '../errors.ts';
import type { AnyMessengerFactory } from './define.ts';

/**
 * The version of {@link Registry}. Raise it when the shape changes: two copies of this package then refuse
 * to share a registry that one of them cannot read.
 */
const protocol = 1;

interface Registry {
  readonly protocol: number;
  readonly factories: Map<string, AnyMessengerFactory>;
}

const place = Symbol.for('sitemessage.registry');

/** Returns the registry of the process. All copies of this package share it. */
function registry(): Registry {
  const home = globalThis as { [place]?: Registry };
  home[place] ??= { protocol, factories: new Map() };
  const found = home[place];
  if (found.protocol !== protocol) {
    throw new ConfigurationError(
      `Two incompatible copies of @sitemessage/core are loaded: their registries have protocol ${found.protocol} and ${protocol}. Install one version of @sitemessage/core.`,
      { code: 'registry_mismatch' },
    );
  }
  return found;
}

/**
 * Registers a messenger by its alias, so that `createSitemessage({ messengers: { [alias]: options } })`
 * finds it. A messenger package calls it once, when it is imported. It registers no options: those are the
 * application's. The same package may register again, because test runners import a module twice.
 *
 * @throws ConfigurationError `alias_taken` when another package has registered the alias, and
 * `registry_mismatch` when two incompatible copies of `@sitemessage/core` are loaded.
 */
export function registerMessenger(factory: AnyMessengerFactory): void {
  const { factories } = registry();
  const { alias, package: origin } = factory.definition;
  const holder = factories.get(alias)?.definition.package;
  if (holder !== undefined && holder !== origin) {
    throw new ConfigurationError(
      `The messenger alias "${alias}" is registered by two packages: ${holder} and ${origin}. Import one of them, or change the alias of one.`,
      {
        code: 'alias_taken',
      },
    );
  }
  factories.set(alias, factory);
}

/** Returns the aliases of all registered messengers. */
export function registeredAliases(): readonly string[] {
  return [...registry().factories.keys()];
}

/** Returns the factory that is registered under an alias. */
export function findMessenger(alias: string): AnyMessengerFactory | undefined {
  return registry().factories.get(alias);
}
