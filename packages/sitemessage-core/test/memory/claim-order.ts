import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { QueueStore, Settlement, Storage } from '../../src/storage/port.ts';
import type { DispatchStatus } from '../../src/storage/records.ts';
import { busyError, dispatch, dispatchIdOf, hour, listed, message, refusedError, t0, tokenOf } from '../../src/testing/storage/data.ts';

/** The history of a row before the claims. */
interface Past {
  readonly status: DispatchStatus;
  readonly attempt: number;
  readonly isInFlight?: true;
  /** Returns the result of its claim. Missing when the row is still claimed. */
  settle?(id: string, dueAt: number): Settlement;
}

const pasts: Readonly<Record<string, Past>> = {
  'never claimed': { status: 'pending', attempt: 0 },
  leased: { status: 'processing', attempt: 1 },
  'in flight': { status: 'processing', attempt: 1, isInFlight: true },
  'failed once': { status: 'error', attempt: 1, settle: (id, dueAt) => ({ id, status: 'error', dueAt, error: busyError }) },
  'given back': { status: 'pending', attempt: 0, settle: (id, dueAt) => ({ id, status: 'released', dueAt }) },
  sent: { status: 'sent', attempt: 1, settle: (id) => ({ id, status: 'sent' }) },
  refused: { status: 'failed', attempt: 1, settle: (id) => ({ id, status: 'failed', error: refusedError }) },
  expired: { status: 'skipped', attempt: 1, settle: (id) => ({ id, status: 'skipped', reason: 'expired' }) },
};

const messengers = ['smtp', 'telegram'];
const types = ['news', 'alert', 'digest'];
/** Milliseconds from `t0`, in a small range, so that many are equal. */
const moment = fc.integer({ min: -3, max: 3 });
const priority = fc.integer({ min: -1, max: 1 });

const someRow = fc.record({
  past: fc.oneof({ weight: 2, arbitrary: fc.constant('never claimed') }, fc.constantFrom(...Object.keys(pasts))),
  messenger: fc.constantFrom(...messengers),
  type: fc.constantFrom(...types),
  priority,
  /** The time of the next claim: the due time, the next attempt or the end of the lease. */
  due: moment,
});

const someClaim = fc.record({
  messenger: fc.constantFrom(...messengers),
  types: fc.subarray([...types, 'missing']),
  priority: fc.option(priority, { nil: undefined }),
  limit: fc.integer({ min: 1, max: 6 }),
  at: moment,
  leaseMs: fc.integer({ min: 1, max: 6 }),
});

type Given = typeof someRow extends fc.Arbitrary<infer Row> ? Row : never;
type Asked = typeof someClaim extends fc.Arbitrary<infer Claim> ? Claim : never;

/** The expected state of a row. */
interface Known extends Omit<Given, 'past' | 'due'> {
  readonly id: string;
  status: DispatchStatus;
  attempt: number;
  dueAt: number | undefined;
  isInFlight: boolean;
}

/** Stores a row with its history, through the port alone, an hour before `t0`. */
async function store(queue: QueueStore, n: number, { past, due, ...row }: Given): Promise<Known> {
  const id = dispatchIdOf(n);
  const early = t0 - hour;
  const dueAt = t0 + due;
  const of = message(n, { type: row.type });
  const { status, attempt, settle, isInFlight = false } = pasts[past] as Past;
  const isNew = past === 'never claimed';
  await queue.enqueue([of], [dispatch(n, { ...row, dueAt: isNew ? dueAt : early }, of)], early);
  if (!isNew) {
    const token = tokenOf(1_000 + n);
    await queue.claim({ token, now: early, leaseUntil: dueAt, limit: 1, messenger: row.messenger, types });
    if (settle) await queue.settle(token, [settle(id, dueAt)], early);
    if (isInFlight) await queue.settle(token, [], early, { seq: 1, ids: [id] });
  }
  const isFinal = status === 'sent' || status === 'failed' || status === 'skipped';
  return { ...row, id, status, attempt, dueAt: isFinal ? undefined : dueAt, isInFlight };
}

/** Computes the claims that the port promises. */
function claimPlainly(rows: readonly Known[], { messenger, types, priority, limit, at, leaseMs }: Asked) {
  const now = t0 + at;
  const given = rows
    .filter((row) => row.messenger === messenger && types.includes(row.type) && (priority ?? row.priority) === row.priority)
    .filter((row): row is Known & { dueAt: number } => row.dueAt !== undefined && row.dueAt <= now)
    .sort((a, b) => b.priority - a.priority || a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1))
    .slice(0, limit);
  return given.map((row) => {
    const recovered = row.isInFlight;
    const attempt = row.status === 'processing' && !recovered ? row.attempt : row.attempt + 1;
    Object.assign(row, { status: 'processing', attempt, dueAt: now + leaseMs, isInFlight: false });
    return { id: row.id, attempt, recovered };
  });
}

async function check(queue: QueueStore, given: readonly Given[], asked: readonly Asked[]): Promise<void> {
  const rows: Known[] = [];
  for (const [index, one] of given.entries()) rows.push(await store(queue, index + 1, one));
  for (const [index, { at, leaseMs, priority, ...rest }] of asked.entries()) {
    const now = t0 + at;
    const request = { token: tokenOf(index + 1), now, leaseUntil: now + leaseMs, ...rest, ...(priority !== undefined && { priority }) };
    const { claims } = await queue.claim(request);
    expect(claims.map(({ id, attempt, recovered }) => ({ id, attempt, recovered }))).toEqual(
      claimPlainly(rows, { at, leaseMs, priority, ...rest }),
    );
  }
  // All other rows must be unchanged.
  expect((await listed(queue)).map(({ id, status, attempt, dueAt }) => ({ id, status, attempt, dueAt }))).toEqual(
    rows.map(({ id, status, attempt, dueAt }) => ({ id, status, attempt, dueAt })),
  );
}

/** Registers a property test of `claim` with random rows. `create` returns an empty storage. */
export function claimOrder(create: () => Promise<Storage>, numRuns: number): void {
  it('a claim gives exactly what may be claimed, in order: higher priority, then due longer, then by id', async () => {
    const rows = fc.array(someRow, { maxLength: 40, size: 'max' });
    const claims = fc.array(someClaim, { minLength: 1, maxLength: 8, size: 'max' });
    await fc.assert(
      fc.asyncProperty(rows, claims, async (given, asked) => {
        const storage = await create();
        try {
          await storage.migrate();
          await check(storage.queue, given, asked);
        } finally {
          await storage.close();
        }
      }),
      { seed: 1, numRuns },
    );
  });
}
