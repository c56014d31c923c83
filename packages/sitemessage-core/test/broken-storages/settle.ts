import type { QueueStore, Settled, Settlement } from '../../src/storage/port.ts';
import type { AttemptError, DispatchDetails } from '../../src/storage/records.ts';
import { aMoment, type Broken, queue } from './broken.ts';

const once = 'keeps an expanded dispatch once that is given twice or is stored already, and says how many are new';

const together = (answers: readonly Settled[]): Settled => ({
  ids: answers.flatMap(({ ids }) => ids),
  added: answers.reduce((sum, { added }) => sum + added, 0),
});

/** Takes a result for another one. */
const eachResult = (change: (settlement: Settlement) => Settlement): Broken['spoil'] =>
  queue((good) => ({ settle: (token, settlements, now, marks) => good.settle(token, settlements.map(change), now, marks) }));

/** Finds something else. */
const finding = (change: (found: DispatchDetails) => DispatchDetails): Broken['spoil'] =>
  queue((good) => ({
    async find(id) {
      const found = await good.find(id);
      return found && change(found);
    },
  }));

const errors = (change: (errors: readonly AttemptError[], found: DispatchDetails) => readonly AttemptError[]): Broken['spoil'] =>
  finding((found) => ({ ...found, errors: change(found.errors, found) }));

/** Remembers who holds which dispatch, and until when. */
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

const late = 'refuses a late result once somebody else has claimed the row, and takes theirs';
const everyStatus = 'settles results of every status in one call';

export const brokenAtSettle: readonly Broken[] = [
  {
    fault: 'forgets the id that the provider gave',
    caughtBy: ['makes it sent, with the id that the provider gave and without one'],
    spoil: eachResult((result) => (result.status === 'sent' ? { id: result.id, status: 'sent' } : result)),
  },
  {
    fault: 'forgets what went wrong',
    caughtBy: ['makes it an error that is due again, and keeps what went wrong', 'makes it failed for good, and keeps what went wrong'],
    spoil: errors(() => []),
  },
  {
    fault: 'knows one reason for skipping',
    caughtBy: ['makes it skipped, for every reason there is'],
    spoil: eachResult((result) => (result.status === 'skipped' ? { ...result, reason: 'cancelled' } : result)),
  },
  {
    fault: 'tries again at once what is due later',
    caughtBy: [
      'makes it an error that is due again, and keeps what went wrong',
      'gives what is to be tried again when that is due, not as recovered',
    ],
    spoil: queue((good) => ({
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
    fault: 'makes an error of what is released',
    caughtBy: ['gives a released one back to pending, and its attempt with it'],
    spoil: eachResult((result) =>
      result.status === 'released' ? { ...result, status: 'error', error: { kind: 'transient', code: 'released', message: '' } } : result,
    ),
  },
  {
    fault: 'gives back all the attempts of what is released',
    caughtBy: ['gives back only the last attempt, and keeps the errors of those before'],
    spoil: finding((found) => (found.status === 'pending' ? { ...found, attempt: 0 } : found)),
  },
  {
    fault: 'shows the latest error first',
    caughtBy: ['keeps the errors of all attempts, oldest first, also of one that was sent in the end'],
    spoil: errors((all) => all.toReversed()),
  },
  {
    fault: 'forgets the errors of what is sent in the end',
    caughtBy: ['keeps the errors of all attempts, oldest first, also of one that was sent in the end'],
    spoil: errors((all, { status }) => (status === 'sent' ? [] : all)),
  },
  {
    fault: 'drops rows among what a row expands into',
    caughtBy: ['expands a row into dispatches and a row that expands further'],
    spoil: queue((good) => ({
      settle: (token, settlements, now, marks) =>
        good.settle(
          token,
          settlements.map((result) =>
            result.status === 'expanded' ? { ...result, dispatches: result.dispatches.filter(({ fanOut }) => !fanOut) } : result,
          ),
          now,
          marks,
        ),
    })),
  },
  {
    fault: 'makes due at once what a row expands into',
    caughtBy: ['replaces a fan-out row by its dispatches'],
    spoil: queue((good) => ({
      settle: (token, settlements, now, marks) =>
        good.settle(
          token,
          settlements.map((result) =>
            result.status === 'expanded' ? { ...result, dispatches: result.dispatches.map((each) => ({ ...each, dueAt: now })) } : result,
          ),
          now,
          marks,
        ),
    })),
  },
  {
    fault: 'refuses to expand into the same dispatch twice',
    caughtBy: [once],
    spoil: eachResult((result) => {
      if (result.status === 'expanded' && new Set(result.dispatches.map(({ id }) => id)).size < result.dispatches.length) {
        throw new Error('UNIQUE constraint failed: dispatches.id');
      }
      return result;
    }),
  },
  {
    fault: 'locks what a row expands into one by one, as it comes',
    caughtBy: ['expands rows at the same time that have recipients in common, in whatever order'],
    spoil: queue((good) => {
      const underWay = new Set<string>();
      return {
        async settle(token, settlements, now, marks) {
          const [first, last] = settlements.flatMap((result) =>
            result.status === 'expanded' ? [result.dispatches[0]?.id, result.dispatches.at(-1)?.id] : [],
          );
          if (underWay.has(`${last} ${first}`)) throw new Error('deadlock detected');
          underWay.add(`${first} ${last}`);
          await aMoment();
          underWay.delete(`${first} ${last}`);
          return good.settle(token, settlements, now, marks);
        },
      };
    }),
  },
  {
    fault: 'keeps a fan-out row that expands into nothing',
    caughtBy: ['takes away a fan-out row that expands into nothing', 'deletes a message whose only fan-out row expanded into nothing'],
    spoil: eachResult((result) =>
      result.status === 'expanded' && result.dispatches.length === 0 ? { id: result.id, status: 'sent' } : result,
    ),
  },
  {
    fault: 'takes results of one status in a call',
    caughtBy: [everyStatus],
    spoil: queue((good) => ({
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
    fault: 'does not look at the token',
    caughtBy: [
      'refuses a result under another token',
      late,
      'refuses a result of a claim that was given back, also when it is claimed again',
      'returns the ids of those that were taken, and of no others',
      'stores what a fan-out row expands into only if the row was taken',
    ],
    spoil: queue((good) => {
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
    fault: 'says that it took every result that it was given',
    caughtBy: [
      'refuses a result of what was never claimed, or is not there',
      'takes one result of a claim, whatever the second one says',
      'takes one of many results of a claim that come at the same time',
      'returns the ids of those that were taken, and of no others',
      late,
    ],
    spoil: queue((good) => ({
      settle: (token, settlements, now, marks) =>
        good.settle(token, settlements, now, marks).then(({ added }) => ({ ids: settlements.map(({ id }) => id), added })),
    })),
  },
  {
    fault: 'says that everything is new which a row expands into',
    caughtBy: [once, 'expands rows at the same time that have recipients in common, in whatever order'],
    spoil: queue((good) => ({
      async settle(token, settlements, now, marks) {
        const { ids } = await good.settle(token, settlements, now, marks);
        const taken = settlements.filter(({ id }) => ids.includes(id));
        const added = taken.reduce((sum, settlement) => sum + (settlement.status === 'expanded' ? settlement.dispatches.length : 0), 0);
        return { ids, added };
      },
    })),
  },
  {
    fault: 'takes no result after the end of the lease',
    caughtBy: ['takes a result after the end of the lease as long as nobody else has claimed the row'],
    spoil: queue((good) => {
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
    fault: 'takes one result after another',
    caughtBy: ['takes no result at all when one of them is broken'],
    spoil: queue((good) => ({
      async settle(token, settlements, now, marks) {
        const answers: Settled[] = [];
        for (const settlement of settlements) answers.push(await good.settle(token, [settlement], now, marks));
        return together(answers);
      },
    })),
  },
  {
    fault: 'stores what a row expands into before it looks whether the row is still held',
    caughtBy: [
      'stores what a fan-out row expands into only if the row was taken',
      'takes one result of a claim, whatever the second one says',
    ],
    spoil: queue((good) => ({
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
