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

/** The content of a row that stands for all subscribers of its message's type, or for a range of them. */
export interface SubscriberFanOut {
  readonly subscribers: Range & Terms;
}

/** A range of subscriptions, in the order of their keys. The keys of its ends need not exist any more. */
interface Range {
  /** The key after which the range begins. Missing: at the first subscription. */
  readonly after?: SubscriptionKey;
  /** The last key of the range. Missing: the last subscription. */
  readonly until?: SubscriptionKey;
  /** The only messenger of the range: the rest of a page that only a site with this messenger can expand. */
  readonly messenger?: string;
}

/** The common fields of all dispatches of a row. */
interface Terms {
  readonly dueAt: number;
  readonly priority: number;
}

/**
 * The subscriptions of one step. SQLite stores 1,000 dispatches in about 10 ms, and blocks the process
 * meanwhile.
 */
const atOnce = 1_000;
/** The subscriptions of one step with a database server, which blocks nothing. See `expand.ts`. */
const atOnceFromServer = 2_500;
/** The most parts into which one transaction splits a row, beside the rest. */
const mostParts = 40;

/** Makes the row that stands for all subscribers. It is expanded when the message is due. */
export function subscribersRow(message: { readonly id: string; readonly type: string }, terms: Terms): NewDispatch {
  return rowFor(message.id, message.type, {}, terms);
}

/** Makes the row of a range. The id follows from the range, so no two rows of a message have the same id. */
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
 * Returns the dispatches and rows that replace a row. It first splits a long range, so that workers can
 * expand its parts at the same time. After a crash nothing is expanded twice, because each step stores its
 * result and the remaining range together.
 *
 * @throws TransientError `messenger_elsewhere` for users whose messenger only another site has.
 * @throws The error of `resolveUsers`. The row is tried again later in both cases.
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
  const ranges = await split(subscribers, type, site);
  if (ranges.length > 1) return ranges.map((range) => rowFor(claim.messageId, type, range, subscribers));
  return expandRange(claim, type, subscribers, site);
}

/**
 * Splits a range into parts of {@link atOnceFromServer} subscriptions, and the rest. Returns the range
 * itself if it has an end: it is then a part already.
 */
async function split({ after, until }: Range, type: string, { storage }: SiteContext): Promise<readonly Range[]> {
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

/** Returns the dispatches of the first subscriptions of a range, and a row for the rest. */
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

/**
 * Returns true for a user's subscription through a messenger that this site does not have. A bare address
 * needs no lookup: its dispatch waits for a site with the messenger.
 */
const isElsewhere = ({ userId, messenger }: Subscription, { messengers }: SiteContext): boolean =>
  userId !== undefined && !messengers.find(messenger);

const isSame = (one: SubscriptionKey, other: SubscriptionKey): boolean =>
  one.messenger === other.messenger && one.userId === other.userId && one.address === other.address;

/**
 * Returns the recipients of a page of subscriptions. Emits `subscriber_failed` for each user without an
 * address.
 */
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
