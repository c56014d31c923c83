import { ConfigurationError } from '../errors.ts';
import { toJson } from '../message/json.ts';
import { type AnyMessageType, isAllowed, type Message } from '../message/message-type.ts';
import { plain } from '../message/plain.ts';
import { each, type Recipients } from '../messenger/recipients.ts';
import { type Resolved, resolveRecipient } from '../messenger/resolve.ts';
import type { Parts } from '../parts.ts';
import type { MessageRecord, NewDispatch } from '../storage/records.ts';
import { fanOutRow } from './fan-out.ts';
import { dispatchId, keyedMessageId } from './ids.ts';
import { checkScheduleOptions, type ScheduleOptions } from './schedule-options.ts';

/** One message that was scheduled. */
export interface Scheduled {
  readonly id: string;
  /**
   * How many dispatches this call stored for it: 0 when its `key` was used before. One recipient that is named twice is one dispatch;
   * among more than 10,000 this is found out later, and counted here as often as it was named.
   */
  readonly dispatches: number;
}

/** Stored in one transaction up to here; beyond, page by page. */
const mostAtOnce = 10_000;
const pageSize = 5_000;

/**
 * Stores each message for all of the recipients: all of it or nothing, in constant memory however many there are.
 *
 * @throws AddressError for a recipient without an address or with a wrong one; it says which.
 * @throws ConfigurationError for an unknown messenger or message type, or a pair of them that does not go together.
 * @throws TypeError for a context, an option or an argument that is not what it should be; it names the field.
 */
export async function scheduleMessages(
  messages: string | Message | readonly (string | Message)[],
  lists: Recipients | readonly Recipients[],
  options: ScheduleOptions,
  parts: Parts,
): Promise<readonly Scheduled[]> {
  checkScheduleOptions(options);
  const now = await parts.clock.now();
  const prepared = await prepareMessages(messages, options, parts, now);
  const streams = checkRecipients(lists, prepared, parts);

  const scheduled = await storeAll({ prepared, dueAt: options.dueAt ?? now, parts, now }, resolveAll(streams, parts));
  parts.events.emit({
    type: 'scheduled',
    messages: scheduled.map(({ id, dispatches }, index) => ({ id, dispatches, type: (prepared[index] as Prepared).record.type })),
  });
  return scheduled;
}

interface Prepared {
  readonly record: MessageRecord;
  readonly type: AnyMessageType;
  readonly priority: number;
}

interface Work {
  readonly prepared: readonly Prepared[];
  readonly dueAt: number;
  readonly parts: Parts;
  readonly now: number;
}

async function prepareMessages(
  given: string | Message | readonly (string | Message)[],
  options: ScheduleOptions,
  parts: Parts,
  now: number,
): Promise<readonly Prepared[]> {
  const list = typeof given === 'string' || !Array.isArray(given) ? [given as string | Message] : (given as readonly (string | Message)[]);
  const prepared: Prepared[] = [];
  for (const [index, item] of list.entries()) {
    const message = typeof item === 'string' ? plain({ text: item }) : item;
    if (typeof message?.type !== 'string') {
      throw new TypeError('`messages` must be a text, a message that a message type made, or an array of those.');
    }
    const type = parts.types.find(message.type);
    if (!type) {
      throw new ConfigurationError(
        `The message type "${message.type}" is not registered; pass it to \`messageTypes\` of createSitemessage, or to registerMessageTypes().`,
        {
          code: 'message_type_unknown',
        },
      );
    }
    prepared.push({
      type,
      priority: options.priority ?? type.priority,
      record: {
        id: options.key === undefined ? parts.runtime.id() : keyedMessageId(options.key, index),
        type: type.alias,
        context: toJson(await checkContext(type, message.context)),
        createdAt: now,
        ...(options.sender !== undefined && { sender: options.sender }),
        ...(options.expiresAt !== undefined && { expiresAt: options.expiresAt }),
      },
    });
  }
  return prepared;
}

/** What the type's schema makes of the context. */
async function checkContext(type: AnyMessageType, context: unknown): Promise<unknown> {
  if (!type.context) return context;
  const result = await type.context['~standard'].validate(context);
  if (!result.issues) return result.value;
  const problems = result.issues.map(({ path, message }) => `\`${['context', ...(path ?? []).map(keyOf)].join('.')}\` ${message}`);
  throw new TypeError(`The context of a "${type.alias}" message does not fit: ${problems.join('; ')}`);
}

const keyOf = (segment: PropertyKey | { readonly key: PropertyKey }): string => String(typeof segment === 'object' ? segment.key : segment);

/** Finds out what is wrong with the lists before anything of them is read. */
function checkRecipients(given: Recipients | readonly Recipients[], prepared: readonly Prepared[], parts: Parts): readonly Recipients[] {
  const lists = (Array.isArray(given) ? given : [given]) as readonly Recipients[];
  for (const list of lists) {
    if (typeof list?.messenger !== 'string')
      throw new TypeError('`recipients` must come from recipients(alias, addresses), or be an array of those.');
    const messenger = parts.messengers.get(list.messenger);
    for (const { type } of prepared) {
      if (isAllowed(type, messenger)) continue;
      throw new ConfigurationError(
        `Messages of type "${type.alias}" are not for "${messenger.alias}": name it in the type's \`messengers\` and give it a \`render\`.`,
        {
          code: 'message_type_unsupported',
        },
      );
    }
  }
  return lists;
}

/** The recipients as they will be stored, in pages. */
async function* resolveAll(lists: readonly Recipients[], { messengers, users }: Parts): AsyncGenerator<readonly Resolved[], undefined> {
  let page: Resolved[] = [];
  for (const list of lists) {
    const messenger = messengers.get(list.messenger);
    let position = 0;
    for await (const recipient of each(list.addresses)) {
      position += 1;
      page.push(resolveRecipient(messenger, recipient, users, position));
      if (page.length < pageSize) continue;
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
  return undefined;
}

async function* chain(
  first: readonly (readonly Resolved[])[],
  rest: AsyncIterable<readonly Resolved[]>,
): AsyncGenerator<readonly Resolved[]> {
  yield* first;
  yield* rest;
}

/** Reads pages until it knows whether all of it fits into one transaction. Closes the caller's iterable, also if the storage never read it. */
async function storeAll(work: Work, pages: AsyncGenerator<readonly Resolved[], undefined>): Promise<readonly Scheduled[]> {
  const enough = mostAtOnce / Math.max(1, work.prepared.length);
  const ahead: (readonly Resolved[])[] = [];
  try {
    for (let count = 0; count <= enough; ) {
      const page = await pages.next();
      if (page.done) return await storeAtOnce(work, ahead.flat());
      ahead.push(page.value);
      count += page.value.length;
    }
    return await storePaged(work, chain(ahead, pages));
  } finally {
    await pages.return(undefined);
  }
}

async function storeAtOnce({ prepared, dueAt, parts, now }: Work, recipients: readonly Resolved[]): Promise<readonly Scheduled[]> {
  if (recipients.length === 0) return prepared.map(({ record }) => ({ id: record.id, dispatches: 0 }));
  const dispatches = new Map<string, NewDispatch>();
  const counts = prepared.map(({ record, type, priority }) => {
    const before = dispatches.size;
    for (const recipient of recipients) {
      const id = dispatchId(record.id, recipient.messenger, recipient.address);
      if (!dispatches.has(id)) dispatches.set(id, { id, messageId: record.id, type: type.alias, priority, dueAt, ...recipient });
    }
    return dispatches.size - before;
  });
  return store(prepared, [...dispatches.values()], (index) => counts[index] as number, parts, now);
}

async function storePaged({ prepared, dueAt, parts, now }: Work, pages: AsyncIterable<readonly Resolved[]>): Promise<readonly Scheduled[]> {
  let total = 0;
  async function* rows(): AsyncGenerator<NewDispatch> {
    let index = 0;
    for await (const recipients of pages) {
      total += recipients.length;
      for (const { record, priority } of prepared) yield fanOutRow(record, index, { dueAt, priority, recipients }, now);
      index += 1;
    }
  }
  return store(prepared, rows(), () => total, parts, now);
}

async function store(
  prepared: readonly Prepared[],
  dispatches: readonly NewDispatch[] | AsyncIterable<NewDispatch>,
  countOf: (index: number) => number,
  { storage }: Parts,
  now: number,
): Promise<readonly Scheduled[]> {
  const records = prepared.map(({ record }) => record);
  const stored = new Set(await storage.queue.enqueue(records, dispatches, now));
  return records.map(({ id }, index) => ({ id, dispatches: stored.has(id) ? countOf(index) : 0 }));
}
