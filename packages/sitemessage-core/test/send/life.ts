import type { QueueStore, Settlement } from '../../src/storage/port.ts';
import type { DispatchRecord, FinalStatus } from '../../src/storage/records.ts';

/** What happened to one dispatch in one call to the storage. */
export interface Step {
  readonly call: string;
  readonly before: DispatchRecord | undefined;
  readonly after: DispatchRecord | undefined;
  /** Of the call. */
  readonly now: number;
  readonly token?: string;
  readonly settlement?: Settlement;
}

/**
 * Writes down every change of every dispatch, whoever makes it. Calls that change something run one after another, so that each change
 * is of one call.
 */
export function recordLife(queue: QueueStore): { readonly queue: QueueStore; readonly steps: Step[] } {
  const steps: Step[] = [];
  let last: Promise<unknown> = Promise.resolve();

  const all = async (): Promise<Map<string, DispatchRecord>> =>
    new Map((await Array.fromAsync(queue.list({}))).map((record) => [record.id, record]));

  const recorded = <T>(
    call: string,
    about: Pick<Step, 'now' | 'token'>,
    settlements: readonly Settlement[],
    work: () => Promise<T>,
  ): Promise<T> => {
    const turn = last.then(async () => {
      const before = await all();
      const result = await work();
      const after = await all();
      for (const id of new Set([...before.keys(), ...after.keys()])) {
        const [from, to] = [before.get(id), after.get(id)];
        if (JSON.stringify(from) === JSON.stringify(to)) continue;
        const settlement = settlements.find((one) => one.id === id);
        steps.push({ call, before: from, after: to, ...about, ...(settlement && { settlement }) });
      }
      return result;
    });
    last = turn.catch(() => undefined);
    return turn;
  };

  return {
    steps,
    queue: {
      ...queue,
      enqueue: (messages, dispatches, now) => recorded('enqueue', { now }, [], () => queue.enqueue(messages, dispatches, now)),
      claim: (request) => recorded('claim', { now: request.now, token: request.token }, [], () => queue.claim(request)),
      settle: (token, settlements, now, marks) =>
        recorded('settle', { now, token }, settlements, () => queue.settle(token, settlements, now, marks)),
      requeue: (filter, now) => recorded('requeue', { now }, [], () => queue.requeue(filter, now)),
      cancel: (filter, now) => recorded('cancel', { now }, [], () => queue.cancel(filter, now)),
      prune: (request) => recorded('prune', { now: request.before }, [], () => queue.prune(request)),
    },
  };
}

type From = DispatchRecord['status'] | 'nothing';

interface Rule {
  readonly call: string;
  readonly from: readonly From[];
  readonly to: DispatchRecord['status'];
  /** Of the attempts: how many more, or how many then. */
  readonly attempt: { readonly by: number; readonly orBy?: number } | { readonly to: number };
}

/** The table of docs/lifecycle.md. */
const table: readonly Rule[] = [
  { call: 'enqueue', from: ['nothing'], to: 'pending', attempt: { to: 0 } },
  { call: 'claim', from: ['pending', 'error'], to: 'processing', attempt: { by: 1 } },
  { call: 'claim', from: ['processing'], to: 'processing', attempt: { by: 1, orBy: 0 } },
  { call: 'settle', from: ['processing'], to: 'sent', attempt: { by: 0 } },
  { call: 'settle', from: ['processing'], to: 'error', attempt: { by: 0 } },
  { call: 'settle', from: ['processing'], to: 'failed', attempt: { by: 0 } },
  { call: 'settle', from: ['processing'], to: 'skipped', attempt: { by: 0 } },
  { call: 'settle', from: ['processing'], to: 'pending', attempt: { by: -1 } },
  { call: 'requeue', from: ['failed', 'skipped'], to: 'pending', attempt: { to: 0 } },
  { call: 'cancel', from: ['pending', 'error'], to: 'skipped', attempt: { by: 0 } },
];

const finals: readonly string[] = ['sent', 'failed', 'skipped'] satisfies FinalStatus[];

/** What is wrong with it; undefined when the table has it. */
export function problemOf({ call, before, after, now }: Step): string | undefined {
  const from = before?.status ?? 'nothing';
  const described = `${call}: ${from} ${before?.attempt} -> ${after?.status ?? 'nothing'} ${after?.attempt}`;
  const rule = table.find((one) => one.call === call && one.from.includes(from) && one.to === after?.status);
  if (!rule) return `${described} is not in the table`;
  const was = before?.attempt ?? 0;
  if (!after) return described;
  const attempts = 'to' in rule.attempt ? [rule.attempt.to] : [rule.attempt.by, rule.attempt.orBy ?? rule.attempt.by].map((by) => was + by);
  if (!attempts.includes(after.attempt)) return `${described}, not attempt ${attempts.join(' or ')}`;
  if (call === 'claim' && (before?.dueAt ?? now) > now) return `${described} before its time`;
  if (finals.includes(after.status) !== (after.dueAt === undefined)) return `${described} has a due time of ${after.dueAt}`;
  return undefined;
}
