import { check, checkOptions } from '../validate.ts';
import type { Delivery, Limit, Messenger, Receipt, SendContext, Session } from './messenger.ts';
import type { RetryPolicy } from './retry.ts';
import { checkDefinition, checkParts, validateMessenger } from './validate.ts';

/** What every messenger takes beside its own options. */
export interface CommonOptions {
  /** The name that this one is addressed by. Default: the protocol's. Give another to run a second account of the same protocol. */
  readonly alias?: string;
  /** For people: shown in preference pages. Default: the definition's. */
  readonly title?: string;
  /** Whether users may subscribe to messages through it. Default: the definition's, which is true unless it says otherwise. */
  readonly allowUserSubscription?: boolean;
  /** Of one send, in milliseconds. Default: the definition's, which is 30,000 unless it says otherwise. */
  readonly timeoutMs?: number;
  /** How long to wait between attempts. Default: 30 s, times 3 each time, up to 6 h. */
  readonly retry?: RetryPolicy;
}

/** What `create` returns: `send` when there is nothing to connect, otherwise `open`. */
export type MessengerParts = {
  /** Sends in flight in one session. Default 1. */
  readonly concurrency?: number;
  /** What the provider allows to be sent to this address. Default: no limits. */
  limits?(address: string): readonly Limit[];
} & (
  | { send(delivery: Delivery, context: SendContext): Promise<Receipt | undefined>; readonly open?: never }
  | { open(context: SendContext): Promise<Session>; readonly send?: never }
);

export interface MessengerDefinition<Alias extends string = string, Options = unknown, Input = string> {
  /** The protocol's name, lower case: what `recipients('...')` says. */
  readonly alias: Alias;
  /** What `render` and `messengers` of a message type may call it beside its alias. Default: the alias; one that is built on another keeps that one's. */
  readonly protocol?: string;
  /** The npm package that it comes in: shown when two packages claim one alias. */
  readonly package: string;
  /** For people. */
  readonly title: string;
  /** Default true. */
  readonly allowUserSubscription?: boolean;
  /** Of one send, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
  /** All options that `create` knows, by name: any other one is refused, since it would do nothing. Default: none is. */
  readonly optionNames?: readonly string[];
  /** By the name of an option that another library of the protocol has: a sentence that names ours, for the error. Default: none. */
  readonly optionHints?: Readonly<Record<string, string>>;
  /** Whatever the caller passed -> the canonical string that is stored, or an `AddressError`. Pure; accepts its own output. */
  getAddress(recipient: Input): string;
  /** Checks the options (an `ArgumentError` names the wrong one) and connects nothing yet. */
  create(options: Options & CommonOptions): MessengerParts;
}

type Arguments<Options> = Record<never, never> extends Options ? [options?: Options] : [options: Options];

/** Options -> a messenger. With `alias` a further one of the same protocol. */
export interface MessengerFactory<Alias extends string = string, Options = unknown, Input = string> {
  <const Other extends string>(options: Options & CommonOptions & { readonly alias: Other }): Messenger<Other, Input>;
  (...args: Arguments<Options & CommonOptions>): Messenger<Alias, Input>;
  readonly definition: MessengerDefinition<Alias, Options, Input>;
}

/** A factory of whatever alias, options and recipients. */
export type AnyMessengerFactory = MessengerFactory<string, never, never>;

const defaultTimeoutMs = 30_000;
const commonNames: readonly (keyof CommonOptions)[] = ['alias', 'title', 'allowUserSubscription', 'timeoutMs', 'retry'];

/**
 * Makes the factory of a messenger. It registers nothing: that is `registerMessenger`.
 *
 * @throws ArgumentError when `alias`, `getAddress` or `create` is missing.
 *
 * The factory throws an `ArgumentError` for an `alias`, a `timeoutMs`, a `retry` or a `concurrency` that cannot work, beside what `create` throws.
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

/** The values are checked by `create` and by {@link validateMessenger}. */
function checkNames(options: object, { alias, optionNames, optionHints: hints = {} }: MessengerDefinition<string, never, never>): void {
  const known = optionNames ? [...optionNames, ...commonNames] : Object.keys(options ?? {});
  checkOptions(options, Object.fromEntries(known.map((name) => [name, check.anything])), { of: alias, hints });
}

/** What was stopped before it began is not begun. */
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

export interface MessengerExtension<Alias extends string> {
  readonly alias: Alias;
  readonly title: string;
  /** The npm package that it comes in. Default: the parent's. */
  readonly package?: string;
  /** Sends through the parent's open session, before or after doing something of its own. */
  send(delivery: Delivery, context: SendContext, parent: Session): Promise<Receipt | undefined>;
}

/** A messenger built on another one: the same options, addresses and connection, another alias and another `send`. */
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
