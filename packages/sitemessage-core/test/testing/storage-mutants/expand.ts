import { eachResult, type Mutant, queue, yieldToOthers } from './mutate.ts';

const once = 'stores an expanded dispatch once, and returns how many are new';

export const expandMutants: readonly Mutant[] = [
  {
    fault: 'drops rows among what a row expands into',
    caughtBy: ['expands a row into dispatches and another fan-out row'],
    mutate: queue((good) => ({
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
    caughtBy: ['replaces a fan-out row with its dispatches'],
    mutate: queue((good) => ({
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
    mutate: eachResult((result) => {
      if (result.status === 'expanded' && new Set(result.dispatches.map(({ id }) => id)).size < result.dispatches.length) {
        throw new Error('UNIQUE constraint failed: dispatches.id');
      }
      return result;
    }),
  },
  {
    fault: 'locks what a row expands into one by one, as it comes',
    caughtBy: ['expands rows with common recipients at the same time, without deadlock'],
    mutate: queue((good) => {
      const underWay = new Set<string>();
      return {
        async settle(token, settlements, now, marks) {
          const [first, last] = settlements.flatMap((result) =>
            result.status === 'expanded' ? [result.dispatches[0]?.id, result.dispatches.at(-1)?.id] : [],
          );
          if (underWay.has(`${last} ${first}`)) throw new Error('deadlock detected');
          underWay.add(`${first} ${last}`);
          await yieldToOthers();
          underWay.delete(`${first} ${last}`);
          return good.settle(token, settlements, now, marks);
        },
      };
    }),
  },
  {
    fault: 'keeps a fan-out row that expands into nothing',
    caughtBy: ['deletes a fan-out row that expands into nothing', 'deletes a message whose only fan-out row expanded into nothing'],
    mutate: eachResult((result) =>
      result.status === 'expanded' && result.dispatches.length === 0 ? { id: result.id, status: 'sent' } : result,
    ),
  },
  {
    fault: 'says that everything is new which a row expands into',
    caughtBy: [once, 'expands rows with common recipients at the same time, without deadlock'],
    mutate: queue((good) => ({
      async settle(token, settlements, now, marks) {
        const { ids } = await good.settle(token, settlements, now, marks);
        const taken = settlements.filter(({ id }) => ids.includes(id));
        const added = taken.reduce((sum, settlement) => sum + (settlement.status === 'expanded' ? settlement.dispatches.length : 0), 0);
        return { ids, added };
      },
    })),
  },
];
