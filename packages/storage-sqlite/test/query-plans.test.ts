import type { QueueStore } from '@sitemessage/core/storage';
import { beforeAll, describe, expect, it } from 'vitest';
import { sqliteStorage } from '../src/index.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { dispatch, dispatches, idOf, news, request } from './rows.ts';

interface Watched {
  readonly queue: QueueStore;
  readonly recorder: Recorder;
}

/**
 * Stores three due dispatches with two priorities. An operator may have run `analyze` now, and never again.
 */
async function small(isAnalyzed: boolean): Promise<Watched> {
  const recorder = createRecorder();
  const { migrate, queue } = sqliteStorage({ database: recorder.database });
  await migrate();
  await queue.enqueue([news], [dispatch(1), dispatch(2), dispatch(3, { priority: 5 })], 0);
  if (isAnalyzed) recorder.exec('analyze');
  return { queue, recorder };
}

/** Stores the same three dispatches among 80,000 that the claim must not return. */
async function crowded(isAnalyzed: boolean): Promise<Watched> {
  const { queue, recorder } = await small(isAnalyzed);
  const other = { ...news, id: 'news-2' };
  const rows = [
    ...dispatches(100_001, 120_000),
    ...dispatches(200_001, 220_000, { type: 'unknown', priority: 9 }),
    ...dispatches(300_001, 320_000, { messenger: 'telegram' }),
    ...dispatches(400_001, 420_000, { dueAt: 5_000 }),
  ];
  await queue.enqueue(
    [other],
    rows.map((row) => ({ ...row, messageId: other.id })),
    0,
  );
  recorder.exec(
    `update sitemessage_dispatches set due_at = null, status = 'failed', changed_at = 500 where id between '${idOf(100_001)}' and '${idOf(120_000)}'`,
  );
  return { queue, recorder };
}

async function runsOf({ queue, recorder }: Watched, work: (queue: QueueStore) => Promise<unknown>) {
  recorder.runs();
  await work(queue);
  return recorder.runs().map((run) => ({ ...run, plan: recorder.plan(run) }));
}

/**
 * Returns the scans of whole tables or indexes. Leaves out JSON arrays (parameters), `c` (the counts), and
 * the queues, of which there are few.
 */
const scans = (plan: readonly string[]): readonly string[] =>
  plan.filter((line) => /^SCAN (?!json_each |c$|q\b|sitemessage_queues$)/.test(line));

const databases = [
  { isAnalyzed: false, what: 'a database' },
  { isAnalyzed: true, what: 'a database that was analyzed when it was small' },
];

describe.each(databases)('in $what, a claim', ({ isAnalyzed }) => {
  it('reads the same few rows among final ones, other types, other messengers, and rows that are not due', async () => {
    const [few, many] = [await small(isAnalyzed), await crowded(isAnalyzed)];
    const [ofFew, ofMany] = [await runsOf(few, (queue) => queue.claim(request)), await runsOf(many, (queue) => queue.claim(request))];
    expect(ofMany).toEqual(ofFew);
    // Each step searches an index for the rows that it returns, and sorts nothing.
    const lines = ofMany.flatMap(({ plan }) => plan);
    expect(scans(lines)).toEqual([]);
    expect(lines.filter((line) => line.includes('TEMP B-TREE'))).toEqual([]);
    expect(new Set(lines.filter((line) => line.includes('sitemessage_dispatches')))).toEqual(
      new Set([
        'SEARCH sitemessage_dispatches USING COVERING INDEX sitemessage_dispatches_open (queue=? AND priority<?)',
        'SEARCH sitemessage_dispatches USING COVERING INDEX sitemessage_dispatches_open (queue=? AND priority=? AND due_at<?)',
        'SEARCH sitemessage_dispatches USING PRIMARY KEY (id=?)',
      ]),
    );
  });

  it('of an unknown type reads nothing', async () => {
    const runs = await runsOf(await crowded(isAnalyzed), (queue) => queue.claim({ ...request, types: ['another'] }));
    expect(runs.map(({ rows }) => rows)).toEqual(runs.map(() => 0));
  });
});

describe.each(databases)('in $what, among 80,000 others,', ({ isAnalyzed }) => {
  let watched: Watched;
  beforeAll(async () => {
    watched = await crowded(isAnalyzed);
    await watched.queue.claim(request);
  });

  it.each([
    ['some ids', { ids: [idOf(100_001)] }],
    ['one message', { messageId: news.id }],
  ])('`requeue` and `cancel` of %s do not read all failed or open dispatches', async (_, filter) => {
    const runs = await runsOf(watched, async (queue) => [await queue.requeue(filter, 2_000), await queue.cancel(filter, 2_000)]);
    const plans = runs.flatMap(({ plan }) => plan).filter((line) => line.includes('sitemessage_dispatches_'));
    expect(plans.filter((line) => !line.includes('sitemessage_dispatches_message'))).toEqual([]);
    expect(runs).toHaveLength(2);
  });

  it('a count reads the index of open dispatches, and nothing else', async () => {
    const runs = await runsOf(watched, (queue) => queue.counts());
    expect(runs.flatMap(({ plan }) => scans(plan))).toEqual(['SCAN d USING COVERING INDEX sitemessage_dispatches_open']);
  });

  it('a count of one messenger reads its part of the index', async () => {
    const runs = await runsOf(watched, (queue) => queue.counts({ messenger: 'smtp' }));
    expect(runs.flatMap(({ plan }) => scans(plan))).toEqual([]);
    expect(runs[0]?.plan).toContain('SEARCH d USING COVERING INDEX sitemessage_dispatches_open (queue=?)');
  });

  it('a count of final dispatches reads their index from that time on, and no row', async () => {
    const [run] = await runsOf(watched, (queue) => queue.counts({ since: 400 }));
    expect(scans(run?.plan ?? [])).toEqual(['SCAN d USING COVERING INDEX sitemessage_dispatches_open']);
    expect(run?.plan).toContain('SEARCH d USING COVERING INDEX sitemessage_dispatches_final (status=? AND changed_at>?)');
  });

  it.each<[what: string, work: (queue: QueueStore) => Promise<unknown>]>([
    ['a result', (queue) => queue.settle(request.token, [{ id: idOf(1), status: 'sent' }], 2_000)],
    [
      'a failure',
      (queue) =>
        queue.settle(
          request.token,
          [{ id: idOf(2), status: 'failed', error: { kind: 'permanent', code: 'refused', message: 'No' } }],
          2_000,
        ),
    ],
    ['`find`', (queue) => queue.find(idOf(2))],
    ['the queues with open dispatches', (queue) => queue.openQueues()],
    ['a list by the id of the provider', (queue) => Array.fromAsync(queue.list({ providerId: 'p1', messenger: 'smtp' }))],
    ['a report', (queue) => queue.report(idOf(2), 'read', 0)],
    ['a list of some ids', (queue) => Array.fromAsync(queue.list({ ids: [idOf(1), idOf(2)] }))],
    ['a list of one message', (queue) => Array.fromAsync(queue.list({ messageId: news.id }))],
    ['a cancellation of some ids', (queue) => queue.cancel({ ids: [idOf(300_001)] }, 2_000)],
    ['a new message', (queue) => queue.enqueue([{ ...news, id: 'news-3' }], [dispatch(9, { messageId: 'news-3' })], 2_000)],
    ['a slot', (queue) => queue.reserve([{ limits: [{ key: 'smtp', intervalMs: 10, burst: 1 }] }], 2_000, 3_000)],
    [
      '`prune`',
      (queue) =>
        queue.prune({ now: 0, statuses: ['sent'], before: 3_000, abandonedBefore: 0, keysBefore: 0, dispatchesOnly: false, limit: 10 }),
    ],
  ])('%s reads no other rows', async (_what, work) => {
    const runs = await runsOf(watched, work);
    expect(runs.flatMap(({ plan }) => scans(plan))).toEqual([]);
    expect(runs.length).toBeGreaterThan(0);
  });
});
