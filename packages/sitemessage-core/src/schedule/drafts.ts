import type { SiteContext } from '../context.ts';
import { ArgumentError, ConfigurationError } from '../errors.ts';
import { namedMistake, readField } from '../foreign.ts';
import { plain } from '../message/built-in.ts';
import { toJson } from '../message/json.ts';
import { type AnyMessageType, isAllowed, type Message } from '../message/message-type.ts';
import { keyedMessageId, uuidOf } from '../recipients/ids.ts';
import { isSubscribers, listsOf, type Recipients } from '../recipients/recipients.ts';
import type { NewMessage } from '../storage/records.ts';
import { didYouMean } from '../validate.ts';
import type { ScheduleOptions } from './options.ts';

/** The messages to schedule. A text stands for a message of type `plain`. */
export type Messages = string | Message | readonly (string | Message)[];

/** A message that is checked but not stored yet. */
export interface Draft {
  readonly record: NewMessage;
  readonly type: AnyMessageType;
  readonly priority: number;
}

/**
 * Checks the messages and turns them into records. Every message gets the id that it is stored under.
 *
 * @throws ConfigurationError `message_type_unknown` for a message type that is not registered.
 * @throws ArgumentError `argument_invalid` for a value that is no message, and for a context that the
 * schema or JSON refuses.
 */
export async function draftMessages(given: Messages, options: ScheduleOptions, site: SiteContext, now: number): Promise<readonly Draft[]> {
  const list = typeof given === 'string' || !Array.isArray(given) ? [given as string | Message] : (given as readonly (string | Message)[]);
  const drafts: Draft[] = [];
  for (const [index, item] of list.entries()) {
    const message = typeof item === 'string' ? plain({ text: item }) : item;
    if (typeof message?.type !== 'string') {
      const problem = 'must be a text, a message that a message type made, or an array of those.';
      throw new ArgumentError(`\`messages\` ${problem}${uncalled(item) ?? namedMistake(item)}`, { field: 'messages' });
    }
    const type = site.types.find(message.type);
    if (!type) {
      throw new ConfigurationError(
        `The message type "${message.type}" is not registered. Pass it to \`messageTypes\` of createSitemessage, or to registerMessageTypes().${didYouMean(message.type, site.types.aliases())}`,
        {
          code: 'message_type_unknown',
        },
      );
    }
    const context = toJson(await checkContext(type, message.context));
    const { key } = options;
    drafts.push({
      type,
      priority: options.priority ?? type.priority,
      record: {
        id: key === undefined ? site.runtime.id() : keyedMessageId(key, index),
        type: type.alias,
        context,
        createdAt: now,
        ...(options.sender !== undefined && { sender: options.sender }),
        ...(options.expiresAt !== undefined && { expiresAt: options.expiresAt }),
        ...(key !== undefined && { key: { name: key, fingerprint: fingerprintOf(key, type.alias, context) } }),
      },
    });
  }
  return drafts;
}

/** Returns the output of the type's schema for a context. */
async function checkContext(type: AnyMessageType, context: unknown): Promise<unknown> {
  if (!type.context) return context;
  const result = await type.context['~standard'].validate(context);
  if (!result.issues) return result.value;
  const problems = result.issues.map(({ path, message }) => `\`${['context', ...(path ?? []).map(keyOf)].join('.')}\` ${message}`);
  throw new ArgumentError(`The context of a "${type.alias}" message is wrong: ${problems.join('; ')}`, { field: 'context' });
}

const keyOf = (segment: PropertyKey | { readonly key: PropertyKey }): string => String(typeof segment === 'object' ? segment.key : segment);

/** @throws ConfigurationError `subscription_not_allowed` for a type without subscriptions. */
function checkOffered(type: AnyMessageType): void {
  if (type.allowUserSubscription) return;
  throw new ConfigurationError(`Nobody can be subscribed to "${type.alias}": the message type has \`allowUserSubscription: false\`.`, {
    code: 'subscription_not_allowed',
  });
}

/**
 * Checks the lists of recipients before it reads any of them.
 *
 * @throws ArgumentError for a value that is no list of recipients, and for `subscribers` beside another list.
 * @throws ConfigurationError `messenger_unknown`, `message_type_unsupported` or `subscription_not_allowed`.
 */
export function checkRecipients(
  given: Recipients | readonly Recipients[],
  drafts: readonly Draft[],
  site: SiteContext,
): readonly Recipients[] {
  const lists = listsOf(given);
  if (lists.length > 1 && lists.some(isSubscribers)) {
    const problem = '`subscribers` cannot be combined with other recipients. Schedule the message once for each.';
    throw new ArgumentError(problem, { field: 'recipients' });
  }
  for (const list of lists) {
    if (isSubscribers(list)) {
      for (const { type } of drafts) checkOffered(type);
      continue;
    }
    const messenger = site.messengers.get(list.messenger);
    for (const { type } of drafts) {
      if (isAllowed(type, messenger)) continue;
      throw new ConfigurationError(
        `Messages of type "${type.alias}" are not for "${messenger.alias}". Name it in the type's \`messengers\` and give it a \`render\`.`,
        {
          code: 'message_type_unsupported',
        },
      );
    }
  }
  return lists;
}

/** Returns the advice for a message type that was passed instead of a message. */
function uncalled(item: unknown): string | undefined {
  const alias = typeof item === 'function' ? readField(item, 'alias') : undefined;
  return typeof alias === 'string' ? ` This is the message type "${alias}": call it with a context.` : undefined;
}

/**
 * Returns the fingerprint of a message under a key: a hash of its type and context. The order of the
 * context's fields does not matter. The hash includes the key. Otherwise a table of hashes would
 * reveal a short context, such as a code of 4 digits.
 */
function fingerprintOf(key: string, type: string, context: string): string {
  return uuidOf(`${JSON.stringify([key, type])}\n${canonicalJson(context)}`);
}

/** Returns the same JSON with the fields of every object in order. */
function canonicalJson(json: string): string {
  return JSON.stringify(JSON.parse(json), (_, value: unknown) => (isFields(value) ? inOrder(value) : value));
}

const isFields = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

const inOrder = (fields: object): object => Object.fromEntries(Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1)));
