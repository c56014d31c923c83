import { t0 } from '../../../src/testing/storage/data.ts';
import { type Mutant, queue } from './mutate.ts';

const openQueues = 'returns each queue with open dispatches once, and no others';

export const countMutants: readonly Mutant[] = [
  {
    fault: 'returns queues without open dispatches',
    caughtBy: [openQueues],
    mutate: queue((good) => ({ openQueues: () => good.counts({ since: 0 }) })),
  },
  {
    fault: 'returns a queue repeatedly',
    caughtBy: [openQueues],
    mutate: queue((good) => ({ openQueues: async () => [...(await good.openQueues()), ...(await good.openQueues())] })),
  },
  {
    fault: 'returns counts in another order',
    caughtBy: ['orders counts and open queues by messenger, type and status'],
    mutate: queue((good) => ({ counts: async (filter) => [...(await good.counts(filter))].reverse() })),
  },
  {
    fault: 'returns open queues in another order',
    caughtBy: ['orders counts and open queues by messenger, type and status'],
    mutate: queue((good) => ({ openQueues: async () => [...(await good.openQueues())].reverse() })),
  },
  {
    fault: 'returns only queues with due dispatches',
    caughtBy: [openQueues],
    mutate: queue((good) => ({
      async openQueues() {
        const due = (await Array.fromAsync(good.list({}))).filter(({ dueAt = Number.POSITIVE_INFINITY }) => dueAt <= t0);
        return (await good.openQueues()).filter(({ messenger, type }) =>
          due.some((row) => row.messenger === messenger && row.type === type),
        );
      },
    })),
  },
  {
    fault: 'counts an empty queue as 0 pending',
    caughtBy: ['counts nothing in an empty queue'],
    mutate: queue((good) => ({
      async counts(filter) {
        const counts = await good.counts(filter);
        return counts.length > 0 ? counts : [{ messenger: 'smtp', type: 'news', status: 'pending', count: 0 }];
      },
    })),
  },
  {
    fault: 'ignores type in counts',
    caughtBy: ['counts open dispatches by messenger, type and status'],
    mutate: queue((good) => ({ counts: ({ type: _, ...filter } = {}) => good.counts(filter) })),
  },
  {
    fault: 'ignores a since of 0 in counts',
    caughtBy: ['counts final dispatches only with since, and open ones always'],
    mutate: queue((good) => ({ counts: ({ since, ...filter } = {}) => good.counts(since ? { ...filter, since } : filter) })),
  },
  {
    fault: 'always counts final dispatches',
    caughtBy: ['counts final dispatches only with since, and open ones always'],
    mutate: queue((good) => ({ counts: (filter) => good.counts({ since: 0, ...filter }) })),
  },
  {
    fault: 'returns counts as strings',
    caughtBy: ['counts open dispatches by messenger, type and status'],
    mutate: queue((good) => ({
      counts: async (filter) => (await good.counts(filter)).map((row) => ({ ...row, count: String(row.count) as never })),
    })),
  },
  {
    fault: 'does not count fan-out rows',
    caughtBy: ['counts a fan-out row as one row'],
    mutate: queue((good) => ({ counts: async (filter) => (await good.counts(filter)).filter(({ messenger }) => messenger !== '*') })),
  },
];
