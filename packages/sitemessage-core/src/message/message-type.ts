import { inspect } from 'node:util';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ConfigurationError } from '../errors.ts';
import { readField } from '../foreign.ts';
import type { Content } from '../messenger/messenger.ts';
import type { RegisteredAlias } from '../messenger/registered.ts';
import { checkOptions } from '../options.ts';
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

/** What every storage can keep in 32 bits. */
const highestPriority = 2_147_483_647;

export const isPriority = (value: number): boolean => Number.isInteger(value) && Math.abs(value) <= highestPriority;

const optionNames: readonly (keyof CheckedMessageTypeOptions<never>)[] = [
  'alias',
  'title',
  'context',
  'messengers',
  'allowUserSubscription',
  'priority',
  'retryLimit',
  'onUnknown',
  'render',
];

/**
 * @throws TypeError for an option that there is not.
 * @throws ConfigurationError when the alias is empty, nothing renders it, or another field is not what it should be; it names the field.
 */
export function defineMessageType<const Schema extends StandardSchemaV1>(
  options: CheckedMessageTypeOptions<Schema>,
): MessageType<StandardSchemaV1.InferInput<Schema>, StandardSchemaV1.InferOutput<Schema>>;
export function defineMessageType<Context = Record<string, unknown>>(options: UncheckedMessageTypeOptions<Context>): MessageType<Context>;
export function defineMessageType(options: MessageTypeOptions<unknown> & { readonly context?: StandardSchemaV1 }): MessageType<unknown> {
  checkOptions(options, optionNames);
  const { alias, title, render, context, messengers } = options;
  const { allowUserSubscription = true, priority = 0, retryLimit = 10, onUnknown = 'resend' } = options;
  const refuse = (problem: string): never => {
    throw new ConfigurationError(problem, { code: 'message_type' });
  };
  if (typeof alias !== 'string' || alias === '' || !alias.isWellFormed())
    refuse('`alias` of a message type is empty, or no text; give it a name.');
  if (typeof title !== 'string' || title === '')
    refuse(`\`title\` of message type "${alias}" must be a text for people, not ${inspect(title)}.`);
  if (typeof allowUserSubscription !== 'boolean') {
    refuse(`\`allowUserSubscription\` of message type "${alias}" must be true or false, not ${inspect(allowUserSubscription)}.`);
  }
  if (typeof render !== 'object' || render === null || Array.isArray(render)) {
    refuse(
      `\`render\` of message type "${alias}" must be an object of functions by messenger, such as { default: (context) => ({ text }) }.`,
    );
  }
  for (const [name, one] of Object.entries(render)) {
    if (typeof one !== 'function') refuse(`\`render.${name}\` of message type "${alias}" must be a function, not ${inspect(one)}.`);
  }
  if (messengers !== undefined && !(Array.isArray(messengers) && messengers.every((name) => typeof name === 'string'))) {
    refuse(`\`messengers\` of message type "${alias}" must be a list of aliases, not ${inspect(messengers)}.`);
  }
  if (context !== undefined && typeof readField(readField(context, '~standard'), 'validate') !== 'function') {
    refuse(
      `\`context\` of message type "${alias}" is no Standard Schema; pass a schema of zod, valibot, arktype or the like, or leave it out.`,
    );
  }
  if (onUnknown !== 'resend' && onUnknown !== 'hold') {
    refuse(`\`onUnknown\` of message type "${alias}" is ${inspect(onUnknown)}; it can be 'resend' or 'hold'.`);
  }
  if (Object.keys(render).length === 0) refuse(`\`render\` of message type "${alias}" is empty; give it a \`default\` at least.`);
  if (!isPriority(priority)) refuse(`\`priority\` of message type "${alias}" must be an integer of at most 32 bits, not ${priority}.`);
  if (!Number.isInteger(retryLimit) || retryLimit < 1) {
    refuse(`\`retryLimit\` of message type "${alias}" must be an integer from 1, not ${retryLimit}.`);
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
