import { check, checkOptions } from '../validate.ts';
import type { Delivery, Limit, Messenger, Receipt, SendContext, Session } from './messenger.ts';
import type { RetryPolicy } from './retry.ts';
import { checkDefinition, checkParts, validateMessenger } from './validate.ts';

/** The options that every messenger takes, beside those of its `create`. */
export interface CommonOptions {
  /**
   * The name that recipients use for this messenger. Default: the definition's alias. Give another one to
   * run a second account of the same protocol.
   */
  readonly alias?: string;
  /** The name for people, shown on preference pages. Default: the definition's. */
  readonly title?: string;
  /**
   * True to let users subscribe to messages through it. Default: the definition's, which is true by
   * default.
   */
  readonly allowUserSubscription?: boolean;
  /**
   * The time limit of one send, in whole milliseconds, from 1 to 2,147,483,647. Default: the definition's,
   * which is 30,000 by default.
   */
  readonly timeoutMs?: number;
  /** The waits between attempts. Default: 30 s, then 3 times the wait before, up to 6 h. */
  readonly retry?: RetryPolicy;
}

/** The result of `create`: `open` for a protocol with a connection, otherwise `send`. Give one of the two. */
export type MessengerParts = {
  /** The number of sends at the same time in one session: an integer, 1 or more. Default 1. */
  readonly concurrency?: number;
  /** Returns the provider's rate limits for an address, see {@link Messenger.limits}. Default: no limits. */
  limits?(address: string): readonly Limit[];
} & (
  | {
      /**
       * Sends one message without a connection, see {@link Session.send}. Undefined stands for an empty
       * receipt.
       */
      send(delivery: Delivery, context: SendContext): Promise<Receipt | undefined>;
      readonly open?: never;
    }
  | {
      /** Connects and logs in, see {@link Messenger.open}. */
      open(context: SendContext): Promise<Session>;
      readonly send?: never;
    }
);

/** The description from which {@link defineMessenger} makes a factory. */
export interface MessengerDefinition<Alias extends string = string, Options = unknown, Input = string> {
  /** The protocol's name in lower case, as in `recipients('smtp', ...)`. */
  readonly alias: Alias;
  /**
   * The name that `render` and `messengers` of a message type may use instead of the alias. Default: the
   * alias. An extended messenger keeps its parent's.
   */
  readonly protocol?: string;
  /** The name of the npm package, shown when two packages claim one alias. */
  readonly package: string;
  /** The name for people, shown on preference pages. */
  readonly title: string;
  /** True to let users subscribe to messages through it. Default true. */
  readonly allowUserSubscription?: boolean;
  /** The time limit of one send, in whole milliseconds, from 1 to 2,147,483,647. Default 30,000. */
  readonly timeoutMs?: number;
  /**
   * The names of all options that `create` knows. The factory then refuses any other name, such as a
   * misspelled one. Default: the factory accepts every name.
   */
  readonly optionNames?: readonly string[];
  /**
   * Advice by the name of an option in other libraries of the protocol, such as
   * `` { pass: 'The password is `password`.' } ``. The error for that name shows it. Default: none.
   */
  readonly optionHints?: Readonly<Record<string, string>>;
  /**
   * Returns the address to store, in its canonical form. A pure function that accepts its own output.
   *
   * @throws AddressError when the recipient is no address of this messenger.
   */
  getAddress(recipient: Input): string;
  /**
   * Checks the options and returns the parts. Connects nothing yet.
   *
   * @throws ArgumentError that names the wrong option.
   */
  create(options: Options & CommonOptions): MessengerParts;
}

type Arguments<Options> = Record<never, never> extends Options ? [options?: Options] : [options: Options];

/**
 * Makes a messenger from its options. Give `alias` to make a second messenger of the same protocol.
 *
 * @throws ArgumentError that names the wrong option: one of the common options, or one that `create` refuses.
 */
export interface MessengerFactory<Alias extends string = string, Options = unknown, Input = string> {
  <const Other extends string>(options: Options & CommonOptions & { readonly alias: Other }): Messenger<Other, Input>;
  (...args: Arguments<Options & CommonOptions>): Messenger<Alias, Input>;
  /** The definition from which {@link defineMessenger} made the factory. */
  readonly definition: MessengerDefinition<Alias, Options, Input>;
}

/** A factory with any alias, options and recipients. */
export type AnyMessengerFactory = MessengerFactory<string, never, never>;

const defaultTimeoutMs = 30_000;
const commonNames: readonly (keyof CommonOptions)[] = ['alias', 'title', 'allowUserSubscription', 'timeoutMs', 'retry'];

/**
 * Makes the factory of a messenger. A package that wants its messenger found by alias also calls
 * `registerMessenger`. `docs/writing-a-messenger.md` builds one step by step.
 *
 * @example
 * ```ts
 * const pager = defineMessenger({
 *   alias: 'pager',
 *   package: 'messenger-pager',
 *   title: 'Pager',
 *   getAddress: (number: string) => number.replaceAll(' ', ''),
 *   create: ({ token }: { readonly token: string }) => ({
 *     send: async ({ address, content }, { signal }) => page(token, address, content.text, signal),
 *   }),
 * });
 * const site = createSitemessage({ storage, messengers: [pager({ token })] });
 * ```
 *
 * @throws ArgumentError when `alias`, `getAddress` or `create` is missing.
 */
export function defineMessenger<const Alias extends string, Options, Input = string>(
  definition: MessengerDefinition<Alias, Options, Input>,
): MessengerFactory<Alias, Options, Input> {
  checkDefinition(definition);
  const factory = (given?: Options & CommonOptions): Messenger<string, Input> => {
    const options = given ?? ({} as Options & CommonOptions);
    checkNames(options, definition);
    const parts = definition.create(options);
    checkParts(parts, definition.alias);
    const messenger: Messenger<string, Input> = {
      alias: options.alias ?? definition.alias,
      protocol: definition.protocol ?? definition.alias,
      title: options.title ?? definition.title,
      allowUserSubscription: options.allowUserSubscription ?? definition.allowUserSubscription ?? true,
      concurrency: parts.concurrency ?? 1,
      timeoutMs: options.timeoutMs ?? definition.timeoutMs ?? defaultTimeoutMs,
      ...(options.retry !== undefined && { retry: options.retry }),
      ...(parts.limits && { limits: parts.limits.bind(parts) }),
      getAddress: (recipient) => definition.getAddress(recipient),
      open: (context) => openParts(parts, context),
    };
    validateMessenger(messenger);
    return messenger;
  };
  return Object.assign(factory, { definition }) as MessengerFactory<Alias, Options, Input>;
}

/** Checks the names of the options. `create` and {@link validateMessenger} check the values. */
function checkNames(options: object, { alias, optionNames, optionHints: hints = {} }: MessengerDefinition<string, never, never>): void {
  const known = optionNames ? [...optionNames, ...commonNames] : Object.keys(options ?? {});
  checkOptions(options, Object.fromEntries(known.map((name) => [name, check.anything])), { of: alias, hints });
}

/** Opens a session. An aborted signal keeps `open` and `send` from being called at all. */
async function openParts(parts: MessengerParts, context: SendContext): Promise<Session> {
  context.signal.throwIfAborted();
  if (parts.open) return parts.open(context);
  return {
    async send(delivery, sendContext) {
      sendContext.signal.throwIfAborted();
      return (await parts.send(delivery, sendContext)) ?? {};
    },
  };
}

/** The parts of an extended messenger that differ from its parent's. */
export interface MessengerExtension<Alias extends string> {
  /** The new protocol's name in lower case, other than the parent's. */
  readonly alias: Alias;
  /** The name for people, shown on preference pages. */
  readonly title: string;
  /** The name of the npm package. Default: the parent's. */
  readonly package?: string;
  /**
   * Sends one message. It may call `parent.send` with a changed delivery. Undefined stands for an empty
   * receipt. See {@link Session.send} for the errors to throw.
   */
  send(delivery: Delivery, context: SendContext, parent: Session): Promise<Receipt | undefined>;
}

/**
 * Makes the factory of a messenger that is built on another one. It keeps the parent's options, addresses,
 * limits and connection, and has its own alias and `send`. The parent's `render` of a message type applies
 * to it too, because it keeps the parent's protocol.
 *
 * @throws ArgumentError when the alias is missing.
 */
export function extendMessenger<const Alias extends string, Options, Input>(
  parent: MessengerFactory<string, Options, Input>,
  extension: MessengerExtension<Alias>,
): MessengerFactory<Alias, Options, Input> {
  const base = parent.definition;
  return defineMessenger<Alias, Options, Input>({
    ...base,
    alias: extension.alias,
    protocol: base.protocol ?? base.alias,
    title: extension.title,
    package: extension.package ?? base.package,
    getAddress: (recipient) => base.getAddress(recipient),
    create(options) {
      const parts = base.create(options);
      return {
        ...(parts.concurrency !== undefined && { concurrency: parts.concurrency }),
        ...(parts.limits && { limits: parts.limits.bind(parts) }),
        async open(context) {
          const session = await openParts(parts, context);
          return {
            async send(delivery, sendContext) {
              sendContext.signal.throwIfAborted();
              return (await extension.send(delivery, sendContext, session)) ?? {};
            },
            close: async () => session.close?.(),
          };
        },
      };
    },
  });
}
