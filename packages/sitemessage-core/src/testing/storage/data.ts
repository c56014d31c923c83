import type { ClaimRequest, DispatchFilter, PruneRequest, QueueStore } from '../../storage/port.ts';
import type { Claim, DispatchError, DispatchRecord, MessageRecord, NewDispatch } from '../../storage/records.ts';

/**
 * A time in 2001, in milliseconds since 1970. For a storage that wrongly uses its own clock, everything is
 * due and every lease is over.
 */
export const t0 = 1_000_000_000_000;
export const second = 1_000;
export const minute: number = 60 * second;
export const hour: number = 60 * minute;

/** Returns a UUID, like the ids of core. Ids sort like their numbers. */
const uuid = (kind: string, n: number): string => `00000000-0000-7000-${kind}-${n.toString(16).padStart(12, '0')}`;
export const dispatchIdOf = (n: number): string => uuid('8000', n);
export const tokenOf = (n: number): string => uuid('a000', n);

/**
 * Returns the `n`th message. It is frozen, like all test data, so a storage that writes into it fails at
 * once.
 */
export function message(n: number, fields: Partial<MessageRecord> = {}): MessageRecord {
  return Object.freeze({ id: uuid('9000', n), type: 'news', context: `{"n":${n}}`, createdAt: t0, ...fields });
}

export const news: MessageRecord = message(1);
export const alert: MessageRecord = message(2, { type: 'alert' });

/** Returns the `n`th dispatch. Default: for `news`, through smtp, due at `t0`. */
export function dispatch(n: number, fields: Partial<NewDispatch> = {}, of: MessageRecord = news): NewDispatch {
  return Object.freeze({
    id: dispatchIdOf(n),
    messageId: of.id,
    messenger: 'smtp',
    type: of.type,
    priority: 0,
    dueAt: t0,
    address: `user${n}@example.com`,
    ...fields,
  });
}

/** Returns the dispatches from `first` to `last`, both included. */
export function dispatches(first: number, last: number, fields: Partial<NewDispatch> = {}, of: MessageRecord = news): NewDispatch[] {
  return Array.from({ length: last - first + 1 }, (_, index) => dispatch(first + index, fields, of));
}

/**
 * Returns a request. Default: up to 1,000 of news and alerts through smtp at `t0`, for a minute, under the
 * first token.
 */
export function claimRequest(fields: Partial<ClaimRequest> = {}): ClaimRequest {
  const now = fields.now ?? t0;
  return { token: tokenOf(1), now, leaseUntil: now + minute, limit: 1_000, messenger: 'smtp', types: ['news', 'alert'], ...fields };
}

export async function claim(queue: QueueStore, fields: Partial<ClaimRequest> = {}): Promise<readonly Claim[]> {
  return (await queue.claim(claimRequest(fields))).claims;
}

/** Returns the claimed ids, in their order. */
export async function claimIds(queue: QueueStore, fields: Partial<ClaimRequest> = {}): Promise<string[]> {
  return (await claim(queue, fields)).map(({ id }) => id);
}

export async function listed(queue: QueueStore, filter: DispatchFilter = {}): Promise<DispatchRecord[]> {
  return Array.fromAsync(queue.list(filter));
}

export async function listedIds(queue: QueueStore, filter: DispatchFilter = {}): Promise<string[]> {
  return (await listed(queue, filter)).map(({ id }) => id);
}

export const idsOf = (...numbers: readonly number[]): string[] => numbers.map(dispatchIdOf);

export const sorted = (ids: readonly string[]): string[] => [...ids].sort();

export const refusedError: DispatchError = Object.freeze({ kind: 'permanent', code: 'refused', message: 'Nobody lives here' });
export const busyError: DispatchError = Object.freeze({ kind: 'transient', code: 'busy', message: 'Come back later' });

/** Returns a copy whose `key` throws when it is read, as from a broken caller. */
export function unreadable<T extends object, Key extends keyof T>(object: T, key: Key): T {
  return Object.defineProperty({ ...object }, key, {
    enumerable: true,
    get() {
      throw new Error('This cannot be read.');
    },
  });
}

/** Returns a request at `t0` plus an hour. Default: up to 100 final dispatches, no iterable, no key. */
export const pruneRequest = (fields: Partial<PruneRequest> = {}): PruneRequest => ({
  now: t0 + hour,
  statuses: ['sent', 'failed', 'skipped'],
  before: t0 + hour,
  abandonedBefore: t0,
  keysBefore: t0,
  dispatchesOnly: false,
  limit: 100,
  ...fields,
});
