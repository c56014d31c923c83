import type { ClaimRequest, DispatchFilter, PruneRequest, QueueStore } from '../../storage/port.ts';
import type { Claim, DispatchError, DispatchRecord, MessageRecord, NewDispatch } from '../../storage/records.ts';

/** In 2001: to a storage that looks at its own clock where it should take the time it is given, everything is due and every lease is over. */
export const t0 = 1_000_000_000_000;
export const second = 1_000;
export const minute: number = 60 * second;
export const hour: number = 60 * minute;

/** Ids are UUIDs, as core makes them, and sort like their numbers. */
const uuid = (kind: string, n: number): string => `00000000-0000-7000-${kind}-${n.toString(16).padStart(12, '0')}`;
export const dispatchIdOf = (n: number): string => uuid('8000', n);
export const tokenOf = (n: number): string => uuid('a000', n);

/** The `n`th message. Frozen, like all that a storage is given here: one that writes into it fails at once, and spoils no later test. */
export function message(n: number, fields: Partial<MessageRecord> = {}): MessageRecord {
  return Object.freeze({ id: uuid('9000', n), type: 'news', context: `{"n":${n}}`, createdAt: t0, ...fields });
}

export const news: MessageRecord = message(1);
export const alert: MessageRecord = message(2, { type: 'alert' });

/** The `n`th dispatch, of `news` unless another message is labelOf; through smtp, due at `t0`. */
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

/** The dispatches from `first` to `last`, both included. */
export function dispatches(first: number, last: number, fields: Partial<NewDispatch> = {}, of: MessageRecord = news): NewDispatch[] {
  return Array.from({ length: last - first + 1 }, (_, index) => dispatch(first + index, fields, of));
}

/** At `t0`, for a minute, up to 1,000 of smtp's news and alerts under the first token, unless it says otherwise. */
export function claimRequest(fields: Partial<ClaimRequest> = {}): ClaimRequest {
  const now = fields.now ?? t0;
  return { token: tokenOf(1), now, leaseUntil: now + minute, limit: 1_000, messenger: 'smtp', types: ['news', 'alert'], ...fields };
}

export async function claim(queue: QueueStore, fields: Partial<ClaimRequest> = {}): Promise<readonly Claim[]> {
  return (await queue.claim(claimRequest(fields))).claims;
}

/** The ids of what is claimed, in the order in which it came. */
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

/** Something that comes from a broken caller: reading it throws. */
export function unreadable<T extends object, Key extends keyof T>(object: T, key: Key): T {
  return Object.defineProperty({ ...object }, key, {
    enumerable: true,
    get() {
      throw new Error('This cannot be read.');
    },
  });
}

/** Makes a request at `t0` plus an hour. By default it deletes up to 100 final dispatches, no iterable and no key. */
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
