import { inspect } from 'node:util';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { readField } from '../foreign.ts';
import type { Content } from '../messenger/messenger.ts';
import type { RegisteredAlias } from '../messenger/registered.ts';
import { check, checkOptions, invalidOption, type OptionCheck } from '../validate.ts';
import type { Html } from './html.ts';

/** One context of one type, about to be scheduled. Made by calling a message type. */
export interface Message {
  readonly type: string;
  readonly context: unknown;
}

/** Where a recipient goes to change what they get. Each may be missing. */
export interface Links {
  /** One POST to it unsubscribes (RFC 8058). */
  readonly unsubscribe?: string;
  readonly preferences?: string;
  /** An image that reports that the message was read. */
  readonly pixel?: string;
}

/** For whom a message is rendered. */
export interface RenderDetails {
  /** Reading a link that the site's `links` does not give throws. `'pixel' in links` asks first. */
  readonly links: Required<Links>;
  readonly recipient: { readonly messenger: string; readonly address: string; readonly id?: string };
  readonly message: {
    readonly id: string;
    readonly type: string;
    readonly sender?: string;
    /** Whether it goes to `subscribers`, so that unsubscribing ends it. */
    readonly isForSubscribers: boolean;
  };
  readonly dispatchId: string;
}

/** What `render` returns: a text, or HTML, or both, and whatever else the messenger takes. */
export type Rendered = Omit<Content, 'text' | 'html' | 'unsubscribeUrl'> & {
  /**
   * Where one POST unsubscribes (RFC 8058): what a mail program offers by itself. Default: `links.unsubscribe` of a message that goes to
   * `subscribers`, and none of any other one: nobody is on its list because of a subscription. Return `links.unsubscribe` for a list of your own
   * that you take people off on the event `unsubscribed`.
   */
  readonly unsubscribeUrl?: string | undefined;
} & ({ readonly text: string; readonly html?: string | Html } | { readonly text?: string; readonly html: string | Html });

/**
 * Context -> content, for one recipient, when it is sent. Any template engine fits. What it throws is a permanent failure of
 * that dispatch; nothing is sent. One that does not end within the messenger's `timeoutMs` is a transient error, of code `render_timeout`.
 *
 * The context is shared by all recipients of the message, and frozen, all of it: writing into it throws.
 */
export type Render<Context> = (context: Context, details: RenderDetails) => Rendered | Promise<Rendered>;

/** When nobody can tell whether the attempt before was delivered: `resend` risks a repeat, `hold` leaves it to an operator. */
export type UnknownPolicy = 'resend' | 'hold';

export interface MessageTypeOptions<Context> {
  /** The name that messages are stored under. Changing it orphans what is stored. */
  readonly alias: string;
  /** For people: shown in preference pages. */
  readonly title: string;
  /** Aliases or protocols that it may be sent through; enforced when scheduling. Default: every one that `render` covers. */
  readonly messengers?: readonly string[];
  /** Whether users may subscribe to it. Default true. */
  readonly allowUserSubscription?: boolean;
  /** An integer; higher goes first. Default 0. */
  readonly priority?: number;
  /** Attempts before a dispatch counts as failed. Default 10. */
  readonly retryLimit?: number;
  /** Default `resend`. */
  readonly onUnknown?: UnknownPolicy;
  /** By messenger: its alias, or else its protocol, or else `default`. */
  readonly render: { readonly [Name in RenderName | 'default']?: Render<Context> };
}

/**
 * The messengers that `render` may name: those that are imported, or any where none is. An alias of your own is declared as the
 * packages declare theirs: `interface RegisteredMessengers { newsletter: RegisteredMessengers['smtp'] }`.
 */
type RenderName = [RegisteredAlias] extends [never] ? string : RegisteredAlias;

/** With `context` a Standard Schema (zod, valibot, arktype, ...): it checks and types the context, and its output is stored. */
export interface CheckedMessageTypeOptions<Schema extends StandardSchemaV1>
  extends MessageTypeOptions<StandardSchemaV1.InferOutput<Schema>> {
  readonly context: Schema;
}

export interface UncheckedMessageTypeOptions<Context> extends MessageTypeOptions<Context> {
  readonly context?: never;
}

/** Names a kind of message. Call it with a context to get a {@link Message}. `Output`: what its schema makes of the context. */
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
  /** What it was made from by `overrideMessageType`. */
  readonly overrides?: AnyMessageType;
}

/** Every storage can keep this in 32 bits. */
const highestPriority = 2_147_483_647;

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
 * Makes a message type.
 *
 * @throws ArgumentError that names the option: an unknown one, an empty alias, a type that nothing renders, or another wrong value.
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

/** A message type of whatever context. */
export type AnyMessageType = MessageType<never>;

/** What renders this type for a messenger: under its alias, its protocol, or `default`. */
export function renderFor(type: AnyMessageType, messenger: { alias: string; protocol: string }): Render<unknown> | undefined {
  for (const name of [messenger.alias, messenger.protocol, 'default']) {
    if (Object.hasOwn(type.render, name)) return type.render[name] as Render<unknown>;
  }
  return undefined;
}

/** Whether messages of this type may be sent through this messenger. */
export function isAllowed(type: AnyMessageType, messenger: { alias: string; protocol: string }): boolean {
  if (type.messengers && !type.messengers.includes(messenger.alias) && !type.messengers.includes(messenger.protocol)) return false;
  return renderFor(type, messenger) !== undefined;
}
