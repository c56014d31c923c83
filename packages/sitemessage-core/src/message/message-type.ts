import { inspect } from 'node:util';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { readField } from '../foreign.ts';
import type { Content } from '../messenger/messenger.ts';
import type { RegisteredAlias } from '../messenger/registered.ts';
import { check, checkOptions, invalidOption, type OptionCheck } from '../validate.ts';
import type { Html } from './html.ts';

/** A message to schedule: a context for one message type. Call a {@link MessageType} to make one. */
export interface Message {
  /** The alias of the message type. */
  readonly type: string;
  /** The data for `render`: anything that JSON can carry. */
  readonly context: unknown;
}

/** The URLs with which a recipient changes their subscriptions. Each may be missing. */
export interface Links {
  /** The URL at which one POST unsubscribes (RFC 8058). */
  readonly unsubscribe?: string;
  /** The URL of the recipient's preference page. */
  readonly preferences?: string;
  /** The URL of an image that reports that the message was read. */
  readonly pixel?: string;
}

/** The recipient and the message that `render` renders for. */
export interface RenderDetails {
  /**
   * The recipient's links. Reading a link that the site's `links` did not return throws. `'pixel' in links`
   * checks first.
   */
  readonly links: Required<Links>;
  /**
   * The messenger's alias, the address as the messenger returned it, and the id of the application's user,
   * if there is one.
   */
  readonly recipient: { readonly messenger: string; readonly address: string; readonly id?: string };
  readonly message: {
    /** The message's id, the same for all of its recipients. */
    readonly id: string;
    /** The alias of the message type. */
    readonly type: string;
    /** The `sender` that was given when the message was scheduled. */
    readonly sender?: string;
    /** True for a message to `subscribers`. Unsubscribing stops such messages. */
    readonly isForSubscribers: boolean;
  };
  /** The id of the dispatch: of this message to this recipient. */
  readonly dispatchId: string;
}

/**
 * The result of `render`: a text, HTML or both, and other fields of {@link Content} that the messenger
 * supports.
 */
export type Rendered = Omit<Content, 'text' | 'html' | 'unsubscribeUrl'> & {
  /**
   * The URL at which one POST unsubscribes (RFC 8058). Mail programs show a button for it. Default: for a
   * message to `subscribers`, `links.unsubscribe`. For any other message, none. Return `links.unsubscribe`
   * yourself if you keep your own list and remove people from it on the event `unsubscribed`.
   */
  readonly unsubscribeUrl?: string | undefined;
} & ({ readonly text: string; readonly html?: string | Html } | { readonly text?: string; readonly html: string | Html });

/**
 * Renders the content for one recipient, just before it is sent. Use any template engine. If it throws, the
 * dispatch fails for good (`render_failed`). If it takes longer than the messenger's `timeoutMs`, the
 * dispatch is tried again (`render_timeout`).
 *
 * All recipients of the message share the context. It is deeply frozen: a write throws.
 */
export type Render<Context> = (context: Context, details: RenderDetails) => Rendered | Promise<Rendered>;

/**
 * The action when nobody can tell if the last attempt was delivered. `resend` tries again and risks a
 * repeat. `hold` lets the dispatch fail and leaves it to an operator.
 */
export type UnknownPolicy = 'resend' | 'hold';

/** The options of {@link defineMessageType}. */
export interface MessageTypeOptions<Context> {
  /**
   * The name under which messages are stored. If you change it, stored messages no longer find their type.
   */
  readonly alias: string;
  /** The name for people, shown on preference pages. */
  readonly title: string;
  /**
   * The aliases or protocols of the messengers that may send it. Scheduling checks this. Default: all that
   * `render` covers.
   */
  readonly messengers?: readonly string[];
  /** True to let users subscribe to it. Default true. */
  readonly allowUserSubscription?: boolean;
  /** The priority: an integer of at most 32 bits. Higher goes first. Default 0. */
  readonly priority?: number;
  /** The number of attempts after which a dispatch fails: an integer, 1 or more. Default 10. */
  readonly retryLimit?: number;
  /** The action when nobody can tell if an attempt was delivered. Default `resend`. */
  readonly onUnknown?: UnknownPolicy;
  /**
   * The functions that render it, by messenger. The alias is looked up first, then the protocol, then
   * `default`.
   */
  readonly render: { readonly [Name in RenderName | 'default']?: Render<Context> };
}

/**
 * The names that `render` may use: the aliases of imported messenger packages, or any name when there is
 * none. Declare your own alias as the packages do, in the interface `RegisteredMessengers`:
 * `newsletter: RegisteredMessengers['smtp']`.
 */
type RenderName = [RegisteredAlias] extends [never] ? string : RegisteredAlias;

/** The options of a message type whose context a schema checks. */
export interface CheckedMessageTypeOptions<Schema extends StandardSchemaV1>
  extends MessageTypeOptions<StandardSchemaV1.InferOutput<Schema>> {
  /**
   * A Standard Schema, such as one of zod, valibot or arktype. It checks and types the context when a
   * message is scheduled. Its output is stored.
   */
  readonly context: Schema;
}

/** The options of a message type whose context only TypeScript checks. */
export interface UncheckedMessageTypeOptions<Context> extends MessageTypeOptions<Context> {
  readonly context?: never;
}

/**
 * A kind of message. Call it with a context to make a {@link Message}. `Context` types the call. `Output`
 * types the context that its schema returns, which is stored and rendered.
 */
export interface MessageType<Context = never, Output = Context> {
  (context: Context): Message;
  readonly alias: string;
  readonly title: string;
  readonly context?: StandardSchemaV1;
  readonly messengers?: readonly string[];
  readonly allowUserSubscription: boolean;
  readonly priority: number;
  readonly retryLimit: number;
  readonly onUnknown: UnknownPolicy;
  readonly render: Readonly<Record<string, Render<Output>>>;
  /** The message type that `overrideMessageType` made this one from. */
  readonly overrides?: AnyMessageType;
}

/** Every storage can keep priorities up to this one, in 32 bits. */
const highestPriority = 2_147_483_647;

/** Checks a priority: an integer of at most 32 bits. */
export const isPriority: OptionCheck = check.integer(-highestPriority, highestPriority);

const isAlias: OptionCheck = (value) =>
  typeof value === 'string' && value !== '' && value.isWellFormed() ? undefined : 'is empty, or not a string. Give the type a name';
const isTitle: OptionCheck = (value) =>
  typeof value === 'string' && value !== '' ? undefined : `must be a text for people, not ${inspect(value)}`;
const isSchema: OptionCheck = (value) =>
  typeof readField(readField(value, '~standard'), 'validate') === 'function'
    ? undefined
    : 'is not a Standard Schema. Pass a schema of zod, valibot, arktype or a similar library, or leave it out';
const isAliases: OptionCheck = (value) =>
  Array.isArray(value) && value.every((name) => typeof name === 'string') ? undefined : `must be a list of aliases, not ${inspect(value)}`;
const isRender: OptionCheck = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'must be an object of functions by messenger, such as { default: (context) => ({ text }) }';
  }
  return Object.keys(value).length === 0 ? 'is empty. Give it a `default` at least' : undefined;
};

/** The checks of the options, by name. */
export const optionChecks: Readonly<Record<keyof CheckedMessageTypeOptions<never>, OptionCheck>> = {
  alias: isAlias,
  title: isTitle,
  context: isSchema,
  messengers: isAliases,
  allowUserSubscription: check.boolean,
  priority: isPriority,
  retryLimit: check.integer(1),
  onUnknown: check.oneOf(['resend', 'hold']),
  render: isRender,
};

/**
 * Makes a message type. Register it with `messageTypes` of `createSitemessage` before you schedule its
 * messages.
 *
 * @example
 * ```ts
 * const orderShipped = defineMessageType<{ id: number }>({
 *   alias: 'order_shipped',
 *   title: 'Order shipped',
 *   render: { default: ({ id }) => ({ text: `Order ${id} is on its way.` }) },
 * });
 * await site.scheduleMessages(orderShipped({ id: 7 }), site.recipients('smtp', 'ann@example.com'));
 * ```
 *
 * @throws ArgumentError `option_unknown` or `option_invalid`, which names the option.
 */
export function defineMessageType<const Schema extends StandardSchemaV1>(
  options: CheckedMessageTypeOptions<Schema>,
): MessageType<StandardSchemaV1.InferInput<Schema>, StandardSchemaV1.InferOutput<Schema>>;
export function defineMessageType<Context = Record<string, unknown>>(options: UncheckedMessageTypeOptions<Context>): MessageType<Context>;
export function defineMessageType(options: MessageTypeOptions<unknown> & { readonly context?: StandardSchemaV1 }): MessageType<unknown> {
  const given = readField(options, 'alias');
  const of = typeof given === 'string' ? `message type "${given}"` : 'a message type';
  checkOptions(options, optionChecks, { of });
  const { alias, title, render, context, messengers } = options;
  const { allowUserSubscription = true, priority = 0, retryLimit = 10, onUnknown = 'resend' } = options;
  for (const name of ['alias', 'title', 'render'] as const)
    if (options[name] === undefined) throw invalidOption(name, optionChecks[name](undefined) ?? '', of);
  for (const [name, one] of Object.entries(render)) {
    const problem = check.function(one);
    if (problem !== undefined) throw invalidOption(`render.${name}`, problem, of);
  }
  const create = (context: unknown): Message => ({ type: alias, context });
  return Object.assign(create, {
    alias,
    title,
    ...(context && { context }),
    ...(messengers && { messengers }),
    allowUserSubscription,
    priority,
    retryLimit,
    onUnknown,
    render,
  });
}

/** A message type with any context. */
export type AnyMessageType = MessageType<never>;

/** Returns the function that renders a type for a messenger: by its alias, its protocol, or `default`. */
export function renderFor(type: AnyMessageType, messenger: { alias: string; protocol: string }): Render<unknown> | undefined {
  for (const name of [messenger.alias, messenger.protocol, 'default']) {
    if (Object.hasOwn(type.render, name)) return type.render[name] as Render<unknown>;
  }
  return undefined;
}

/** Returns true when a messenger may send messages of this type. */
export function isAllowed(type: AnyMessageType, messenger: { alias: string; protocol: string }): boolean {
  if (type.messengers && !type.messengers.includes(messenger.alias) && !type.messengers.includes(messenger.protocol)) return false;
  return renderFor(type, messenger) !== undefined;
}
