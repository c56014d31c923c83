import type { SiteContext } from '../context.ts';
import { TransientError } from '../errors.ts';
import { ignore, kindOf } from '../foreign.ts';
import { type Recipient, recipientOf } from '../recipient.ts';
import { dispatchId, fanOutId } from '../recipients/ids.ts';
import { addressFor } from '../recipients/resolve.ts';
import { resolveUsers } from '../recipients/users.ts';
import { type Claim, fanOutAlias, type NewDispatch } from '../storage/records.ts';
import { storedError } from '../storage/stored-error.ts';
import type { Subscription, SubscriptionKey } from '../storage/subscriptions.ts';
import { invalidOption } from '../validate.ts';

/** What a row carries that stands for everybody subscribed to the type of its message, or for those between two of them. */
export interface SubscriberFanOut {
  readonly subscribers: Range & Terms;
}

/** From behind one, or the first, up to another one, or the last; be they there still or not. */
interface Range {
  readonly after?: SubscriptionKey;
  readonly until?: SubscriptionKey;
  /** Only through this one: who is left of a page, for a site that has it. */
  readonly messenger?: string;
}

/** Of all of its dispatches. */
interface Terms {
  readonly dueAt: number;
  readonly priority: number;
}

/** SQLite stores so many dispatches in some 10 ms, in which the process does nothing else; a database server gets more at once: see `expand.ts`. */
const atOnce = 1_000;
const atOnceFromServer = 2_500;
/** Rows that one is cut into, in one transaction. */
const mostParts = 40;

/** Everybody who is subscribed by the time the messages are due, as one row, which is expanded then. */
export function subscribersRow(message: { readonly id: string; readonly type: string }, terms: Terms): NewDispatch {
  return rowFor(message.id, message.type, {}, terms);
}

/** Its id follows from its range: no two rows of a message have the same. */
function rowFor(messageId: string, type: string, { after, until, messenger }: Range, { dueAt, priority }: Terms): NewDispatch {
  const range = { ...(after && { after }), ...(until && { until }), ...(messenger !== undefined && { messenger }) };
  const subscribers = { dueAt, priority, ...range };
  return {
    id: fanOutId(messageId, 0, JSON.stringify([after, until, messenger])),
    messageId,
    messenger: fanOutAlias,
    type,
    priority,
    dueAt,
    address: 'subscribers',
    fanOut: JSON.stringify({ subscribers } satisfies SubscriberFanOut),
  };
}

/**
 * What comes in place of a row. A long range is cut first, so that a database server stores several site of it at once, for whoever they are
 * expanded by. A crash in the middle repeats nothing: what a row stands for is stored as it goes.
 *
 * @throws What `resolveUsers` throws, and a TransientError for users that another site reaches: all of them are tried again later.
 */
export async function expandSubscribers(
  claim: Claim,
  type: string,
  { subscribers }: SubscriberFanOut,
  site: SiteContext,
): Promise<readonly NewDispatch[]> {
  const { messenger } = subscribers;
  if (messenger !== undefined && !site.messengers.find(messenger)) {
    throw new TransientError(`There are users among the subscribers through "${messenger}", which this site does not have.`, {
      code: 'messenger_elsewhere',
    });
  }
  const ranges = await cut(subscribers, type, site);
  if (ranges.length > 1) return ranges.map((range) => rowFor(claim.messageId, type, range, subscribers));
  return expandRange(claim, type, subscribers, site);
}

/** Itself when it is not to be cut. Only one without an end is: it is as long as any, and all others were cut from it. */
async function cut({ after, until }: Range, type: string, { storage }: SiteContext): Promise<readonly Range[]> {
  const ranges: Range[] = [];
  let behind = after;
  if (storage.concurrency > 1 && until === undefined) {
    for await (const key of storage.subscriptions.splitPoints(type, atOnceFromServer, after)) {
      ranges.push({ ...(behind && { after: behind }), until: key });
      behind = key;
      if (ranges.length === mostParts) break;
    }
  }
  return [...ranges, { ...(behind && { after: behind }), ...(until && { until }) }];
}

/** The dispatches of those who come first, and a row for those behind them. */
async function expandRange(
  { messageId }: Claim,
  type: string,
  { after, until, messenger: only, dueAt, priority }: Range & Terms,
  site: SiteContext,
): Promise<readonly NewDispatch[]> {
  const { storage } = site;
  const limit = storage.concurrency > 1 ? atOnceFromServer : atOnce;
  const page: Subscription[] = [];
  const range = { ...(after && { after }), ...(until && { until }), ...(only !== undefined && { messenger: only }) };
  for await (const subscription of storage.subscriptions.list({ type, ...range })) {
    page.push(subscription);
    if (page.length === limit) break;
  }
  const reached = page.filter((one) => !isElsewhere(one, site));
  const recipients = await resolveSubscribers(reached, type, site);
  const dispatches = recipients.map(
    (recipient): NewDispatch => ({
      id: dispatchId(messageId, recipient.messenger, recipient.address),
      messageId,
      type,
      priority,
      dueAt,
      ...recipientOf(recipient),
    }),
  );
  const last = page.at(-1);
  if (!last) return dispatches;
  const { since: _, ...behind } = last;
  const messengers = new Set(page.flatMap((one) => (isElsewhere(one, site) ? one.messenger : [])));
  const rows = Array.from(messengers, (messenger): Range => ({ ...(after && { after }), until: behind, messenger }));
  const isEnd = page.length < limit || (until && isSame(last, until));
  const ranges: readonly Range[] = isEnd ? rows : [...rows, { ...range, after: behind }];
  return [...dispatches, ...ranges.map((one) => rowFor(messageId, type, one, { dueAt, priority }))];
}

/** Whether it is of a user whom another site reaches. A bare address is its messenger's business: its dispatch waits there. */
const isElsewhere = ({ userId, messenger }: Subscription, { messengers }: SiteContext): boolean =>
  userId !== undefined && !messengers.find(messenger);

const isSame = (one: SubscriptionKey, other: SubscriptionKey): boolean =>
  one.messenger === other.messenger && one.userId === other.userId && one.address === other.address;

/** Addresses for those who have one; of the others it is told who they are. */
async function resolveSubscribers(page: readonly Subscription[], type: string, site: SiteContext): Promise<readonly Recipient[]> {
  const users = await resolveUsers(
    page.flatMap(({ userId }) => userId ?? []),
    site,
  );
  const found: Recipient[] = [];
  for (const { messenger: alias, userId, address } of page) {
    if (address !== undefined) found.push({ messenger: alias, address });
    const user = userId === undefined ? undefined : users.get(userId);
    if (userId === undefined || user === undefined) continue;
    try {
      if (isActive(user, site))
        found.push({ messenger: alias, address: addressFor(site.messengers.get(alias), user, site.users), recipientId: userId });
    } catch (error) {
      site.events.emit({ type: 'subscriber_failed', messenger: alias, messageType: type, userId, error: storedError(error) });
    }
  }
  return found;
}

function isActive(user: unknown, { users }: SiteContext): boolean {
  const answer: unknown = users.isActive?.(user as never) ?? true;
  if (typeof answer === 'boolean') return answer;
  ignore(answer);
  throw invalidOption('isActive', `returned ${kindOf(answer)}. It must return true or false, not a promise`);
}
