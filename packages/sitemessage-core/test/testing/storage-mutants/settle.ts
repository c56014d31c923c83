import type { QueueStore, Settled } from '../../../src/storage/port.ts';
import type { AttemptError, DispatchDetails } from '../../../src/storage/records.ts';
import { changeResults, type Mutant, type Mutation, queue } from './mutate.ts';

const together = (answers: readonly Settled[]): Settled => ({
  ids: answers.flatMap(({ ids }) => ids),
  added: answers.reduce((sum, { added }) => sum + added, 0),
});

/** Changes the result of `find`. */
const changeFound = (change: (found: DispatchDetails) => DispatchDetails): Mutation =>
  queue((good) => ({
    async find(id) {
      const found = await good.find(id);
      return found && change(found);
    },
  }));

const errors = (change: (errors: readonly AttemptError[], found: DispatchDetails) => readonly AttemptError[]): Mutation =>
  changeFound((found) => ({ ...found, errors: change(found.errors, found) }));

/** Records the token and the lease of each claimed dispatch. */
function watched(good: QueueStore): {
  readonly held: Map<string, { token: string; leaseUntil: number }>;
  readonly claim: QueueStore['claim'];
} {
  const held = new Map<string, { token: string; leaseUntil: number }>();
  return {
    held,
    async claim(request) {
      const claimed = await good.claim(request);
      for (const { id } of claimed.claims) held.set(id, request);
      return claimed;
    },
  };
}

const late = 'refuses a late result after another claim, and accepts the newer one';
const everyStatus = 'settles results of every status in one call';

export const settleMutants: readonly Mutant[] = [
  {
    fault: 'drops the provider id',
    caughtBy: ['stores sent, with and without a provider id'],
    mutate: changeResults((result) => (result.status === 'sent' ? { id: result.id, status: 'sent' } : result)),
  },
  {
    fault: 'drops errors',
    caughtBy: ['stores error with the next dueAt, and keeps the error', 'stores failed, and keeps the error'],
    mutate: errors(() => []),
  },
  {
    fault: 'stores one reason for every skip',
    caughtBy: ['stores skipped with every reason'],
    mutate: changeResults((result) => (result.status === 'skipped' ? { ...result, reason: 'cancelled' } : result)),
  },
  {
    fault: 'ignores the dueAt of an error',
    caughtBy: ['stores error with the next dueAt, and keeps the error', 'claims a retry when it is due, and not as recovered'],
    mutate: queue((good) => ({
      settle: (token, settlements, now, marks) =>
        good.settle(
          token,
          settlements.map((result) => (result.status === 'error' ? { ...result, dueAt: now } : result)),
          now,
          marks,
        ),
    })),
  },
  {
    fault: 'stores released as error',
    caughtBy: ['returns a released row to pending, and takes its attempt back'],
    mutate: changeResults((result) =>
      result.status === 'released' ? { ...result, status: 'error', error: { kind: 'transient', code: 'released', message: '' } } : result,
    ),
  },
  {
    fault: 'takes back all attempts of a released row',
    caughtBy: ['takes back only the last attempt of a released row, and keeps earlier errors'],
    mutate: changeFound((found) => (found.status === 'pending' ? { ...found, attempt: 0 } : found)),
  },
  {
    fault: 'returns the latest error first',
    caughtBy: ['keeps the errors of all attempts, oldest first, also after sent'],
    mutate: errors((all) => all.toReversed()),
  },
  {
    fault: 'drops the errors of a sent dispatch',
    caughtBy: ['keeps the errors of all attempts, oldest first, also after sent'],
    mutate: errors((all, { status }) => (status === 'sent' ? [] : all)),
  },
  {
    fault: 'accepts one status per call',
    caughtBy: [everyStatus],
    mutate: queue((good) => ({
      settle: (token, settlements, now, marks) =>
        good.settle(
          token,
          settlements.filter(({ status }) => status === settlements[0]?.status),
          now,
          marks,
        ),
    })),
  },
  {
    fault: 'ignores the token',
    caughtBy: [
      'refuses a result under another token',
      late,
      'refuses a result for a released claim, also after the next claim',
      'returns exactly the ids of the accepted results',
      'expands a fan-out row only if its result is accepted',
    ],
    mutate: queue((good) => {
      const { held, claim } = watched(good);
      return {
        claim,
        async settle(token, settlements, now, marks) {
          const answers: Settled[] = [];
          for (const [real, results] of Map.groupBy(settlements, ({ id }) => held.get(id)?.token ?? token)) {
            answers.push(await good.settle(real, results, now, marks));
          }
          return together(answers);
        },
      };
    }),
  },
  {
    fault: 'returns the ids of all results',
    caughtBy: [
      'refuses a result for an unclaimed or unknown row',
      'accepts only the first result of a claim',
      'accepts one of 10 concurrent results of a claim',
      'returns exactly the ids of the accepted results',
      late,
    ],
    mutate: queue((good) => ({
      settle: (token, settlements, now, marks) =>
        good.settle(token, settlements, now, marks).then(({ added }) => ({ ids: settlements.map(({ id }) => id), added })),
    })),
  },
  {
    fault: 'refuses a result after the lease',
    caughtBy: ['accepts a result after the lease while nobody else has claimed the row'],
    mutate: queue((good) => {
      const { held, claim } = watched(good);
      return {
        claim,
        settle: (token, settlements, now, marks) =>
          good.settle(
            token,
            settlements.filter(({ id }) => now < (held.get(id)?.leaseUntil ?? 0)),
            now,
            marks,
          ),
      };
    }),
  },
  {
    fault: 'accepts results one by one',
    caughtBy: ['accepts no result when reading one of them throws'],
    mutate: queue((good) => ({
      async settle(token, settlements, now, marks) {
        const answers: Settled[] = [];
        for (const settlement of settlements) answers.push(await good.settle(token, [settlement], now, marks));
        return together(answers);
      },
    })),
  },
  {
    fault: 'expands a row before it checks the token',
    caughtBy: ['expands a fan-out row only if its result is accepted', 'accepts only the first result of a claim'],
    mutate: queue((good) => ({
      async settle(token, settlements, now, marks) {
        for (const settlement of settlements) {
          if (settlement.status !== 'expanded') continue;
          const own = { id: `of ${settlement.id}`, type: 'news', context: '{}', createdAt: now };
          await good.enqueue(
            [own],
            settlement.dispatches.map((each) => ({ ...each, messageId: own.id })),
            now,
          );
        }
        return good.settle(token, settlements, now, marks);
      },
    })),
  },
];
