import { AddressError } from '../errors.ts';
import type { Resolved } from '../messenger/resolve.ts';
import { canonical } from '../messenger/resolve.ts';
import { kindOf } from '../options.ts';
import type { Parts } from '../parts.ts';
import { dispatchId, fanOutId } from '../queue/ids.ts';
import { storedError } from '../queue/stored-error.ts';
import { type Claim, fanOutAlias, type NewDispatch } from '../storage/records.ts';
import type { Subscription, SubscriptionKey } from '../storage/subscriptions.ts';
import { resolveUsers } from './users.ts';

/** What a row carries that stands for everybody subscribed to the type of its message, or for those behind one of them. */
export interface SubscriberFanOut {
  readonly subscribers: { readonly dueAt: number; readonly priority: number; readonly index: number; readonly after?: SubscriptionKey };
}

/** SQLite stores so many dispatches in some 10 ms, in which the process does nothing else; a database server gets more at once: see `expand.ts`. */
const atOnce = 1_000;
const atOnceFromServer = 5_000;

/** Everybody who is subscribed by the time the messages are due, as one row, which is expanded then. */
export function subscribersRow(
  message: { readonly id: string; readonly type: string },
  { dueAt, priority }: { readonly dueAt: number; readonly priority: number },
): NewDispatch {
  return rowFrom(message.id, message.type, { dueAt, priority, index: 0 });
}

function rowFrom(messageId: string, type: string, subscribers: SubscriberFanOut['subscribers']): NewDispatch {
  const { dueAt, priority, index } = subscribers;
  return {
    id: fanOutId(messageId, 0, index),
    messageId,
    messenger: fanOutAlias,
    type,
    priority,
    dueAt,
    address: String(index),
    fanOut: JSON.stringify({ subscribers } satisfies SubscriberFanOut),
  };
}

/**
 * The dispatches of those who come next, and the row that stands for those behind them. Their ids follow from what they are, so that a crash
 * in the middle repeats nothing.
 *
 * @throws What `resolveUsers` throws: all of them are tried again later.
 */
export async function expandSubscribers(
  claim: Claim,
  type: string,
  { subscribers }: SubscriberFanOut,
  parts: Parts,
): Promise<readonly NewDispatch[]> {
  const { dueAt, priority, index, after } = subscribers;
  const limit = parts.storage.concurrency > 1 ? atOnceFromServer : atOnce;
  const page: Subscription[] = [];
  for await (const subscription of parts.storage.subscriptions.list({ type, ...(after && { after }) })) {
    page.push(subscription);
    if (page.length === limit) break;
  }
  const recipients = await resolveSubscribers(page, type, parts);
  const dispatches = recipients.map(
    (recipient): NewDispatch => ({
      id: dispatchId(claim.messageId, recipient.messenger, recipient.address),
      messageId: claim.messageId,
      type,
      priority,
      dueAt,
      ...recipient,
    }),
  );
  const last = page.at(-1);
  if (!last || page.length < limit) return dispatches;
  const { since: _, ...behind } = last;
  return [...dispatches, rowFrom(claim.messageId, type, { dueAt, priority, index: index + 1, after: behind })];
}

/** Addresses for those who have one; of the others it is told who they are. */
async function resolveSubscribers(page: readonly Subscription[], type: string, parts: Parts): Promise<readonly Resolved[]> {
  const users = await resolveUsers(
    page.flatMap(({ userId }) => userId ?? []),
    parts,
  );
  const found: Resolved[] = [];
  for (const { messenger: alias, userId, address } of page) {
    // A messenger of another site: its dispatch waits there, and the address is its messenger's business.
    if (address !== undefined) found.push({ messenger: alias, address });
    const user = userId === undefined ? undefined : users.get(userId);
    if (userId === undefined || user === undefined) continue;
    try {
      if (isActive(user, parts)) found.push({ messenger: alias, address: addressOf(user, alias, parts), recipientId: userId });
    } catch (error) {
      parts.events.emit({ type: 'subscriber_failed', messenger: alias, messageType: type, userId, error: storedError(error) });
    }
  }
  return found;
}

function isActive(user: unknown, { users }: Parts): boolean {
  const answer: unknown = users.isActive?.(user as never) ?? true;
  if (typeof answer === 'boolean') return answer;
  throw new TypeError(`\`isActive\` gave ${kindOf(answer)}; it has to give true or false, at once.`);
}

/** @throws Why there is none that its messenger takes. */
function addressOf(user: unknown, alias: string, { messengers, users }: Parts): string {
  const messenger = messengers.get(alias);
  const given = users.addressOf?.(user as never, alias);
  if (given === undefined || given === null) throw new AddressError('`addressOf` gave no address for this user.');
  return canonical(messenger, given);
}
