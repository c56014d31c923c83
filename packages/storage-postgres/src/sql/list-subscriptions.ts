import type { Subscription, SubscriptionFilter, SubscriptionKey } from '@sitemessage/core/storage';
import type { Queries } from '../queries.ts';
import { known } from '../text.ts';
import { type Row, toRow } from './subscriptions.ts';
import { unnest } from './table.ts';

/** The number of rows in a page. */
const pageSize = 5_000;

/** Lists in the order of the primary key: by queue, users before bare addresses. */
export async function* listSubscriptions(db: Queries, filter: SubscriptionFilter): AsyncGenerator<Subscription> {
  const { userId, address } = filter;
  const queues = await queuesOf(db, filter);
  if (userId !== undefined) return yield* ofSubscriber(db, queues, { is_bare: false, subscriber: userId });
  if (address !== undefined) return yield* ofSubscriber(db, queues, { is_bare: true, subscriber: address });
  // Reads one queue after another. A page over several would make the server read and sort all of them.
  for (const queue of queues) {
    for (let after = queue.after, isLast = false; !isLast; ) {
      const page = await readPage(db, { ...queue, after }, { skip: 0, limit: pageSize });
      for (const row of page) yield toSubscription(row, queue);
      isLast = page.length < pageSize;
      after = page.at(-1);
    }
  }
}

/** The server counts in its index, which takes a millisecond for thousands of subscriptions. */
export async function* splitSubscriptions(
  db: Queries,
  type: string,
  size: number,
  after: SubscriptionKey | undefined,
): AsyncGenerator<SubscriptionKey> {
  for (const queue of await queuesOf(db, { type, ...(after && { after }) })) {
    for (let behind = queue.after; ; ) {
      const [point] = await readPage(db, { ...queue, after: behind }, { skip: size - 1, limit: 1 });
      if (!point) break;
      yield toKey(point, queue);
      behind = point;
    }
  }
}

/** A place in the order of a queue's subscribers. */
interface Place {
  readonly is_bare: boolean;
  readonly subscriber: string;
}

/** The part of a queue that is listed. */
interface Queue {
  readonly seq: number;
  readonly messenger: string;
  readonly type: string;
  readonly after: Place | undefined;
  readonly until: Place | undefined;
}

interface SubscriptionRow extends Place {
  readonly since: number;
}

async function queuesOf({ tables, all }: Queries, { messenger, type, after, until }: SubscriptionFilter): Promise<readonly Queue[]> {
  const values: unknown[] = [];
  const is = (column: string, text: string): string => `${column} = $${values.push(known(text))}`;
  const number = ({ messenger, type }: Row): string =>
    `(select seq from ${tables.queues} where ${is('messenger', messenger)} and ${is('type', type)})`;
  const [first, last] = [after && toRow(after), until && toRow(until)];
  const parts = ['true'];
  if (messenger !== undefined) parts.push(is('messenger', messenger));
  if (type !== undefined) parts.push(is('type', type));
  if (first) parts.push(`seq >= ${number(first)}`);
  if (last) parts.push(`seq <= ${number(last)}`);
  const queues = await all<Omit<Queue, 'after' | 'until'>>(
    `select seq, messenger, type from ${tables.queues} where ${parts.join(' and ')} order by seq`,
    ...values,
  );
  const placeIn = (queue: Pick<Row, 'messenger' | 'type'>, row: Row | undefined): Place | undefined =>
    row && row.messenger === queue.messenger && row.type === queue.type ? { is_bare: row.isBare, subscriber: row.subscriber } : undefined;
  return queues.map((queue) => ({ ...queue, after: placeIn(queue, first), until: placeIn(queue, last) }));
}

async function readPage(
  { tables, all }: Queries,
  { seq, after, until }: Queue,
  { skip, limit }: { readonly skip: number; readonly limit: number },
): Promise<readonly SubscriptionRow[]> {
  const values: unknown[] = [];
  const parameter = (value: unknown, type: string): string => `$${values.push(value)}::${type}`;
  const place = ({ is_bare, subscriber }: Place): string => `(${parameter(is_bare, 'boolean')}, ${parameter(known(subscriber), 'text')})`;
  return all<SubscriptionRow>(
    `select is_bare, subscriber, since from ${tables.subscriptions}
     where queue = ${parameter(seq, 'integer')}
       ${after ? `and (is_bare, subscriber) > ${place(after)}` : ''} ${until ? `and (is_bare, subscriber) <= ${place(until)}` : ''}
     order by is_bare, subscriber offset ${skip} limit ${limit}`,
    ...values,
  );
}

/** Lists one subscriber, who has at most one row in each queue, with one statement. */
async function* ofSubscriber({ tables, all }: Queries, queues: readonly Queue[], place: Place): AsyncGenerator<Subscription> {
  const rows = await all<SubscriptionRow & { readonly nr: number }>(
    `select q.nr::integer, s.is_bare, s.subscriber, s.since
     from ${unnest('$3::integer[]', '$4::boolean[]', '$5::text[]', '$6::boolean[]', '$7::text[]')}
       with ordinality as q (seq, after_bare, after, until_bare, until, nr)
     join ${tables.subscriptions} s on s.queue = q.seq and s.is_bare = $1 and s.subscriber = $2
     where (q.after is null or (s.is_bare, s.subscriber) > (q.after_bare, q.after))
       and (q.until is null or (s.is_bare, s.subscriber) <= (q.until_bare, q.until))
     order by q.nr`,
    place.is_bare,
    known(place.subscriber),
    queues.map(({ seq }) => seq),
    ...[queues.map(({ after }) => after), queues.map(({ until }) => until)].flatMap((places) => [
      places.map((one) => one?.is_bare ?? null),
      places.map((one) => known(one?.subscriber) ?? null),
    ]),
  );
  for (const row of rows) yield toSubscription(row, queues[row.nr - 1] as Queue);
}

const toKey = ({ is_bare, subscriber }: Place, { messenger, type }: Queue): SubscriptionKey =>
  is_bare ? { messenger, type, address: subscriber } : { messenger, type, userId: subscriber };

const toSubscription = ({ is_bare, subscriber, since }: SubscriptionRow, { messenger, type }: Queue): Subscription =>
  is_bare ? { messenger, type, address: subscriber, since } : { messenger, type, userId: subscriber, since };
