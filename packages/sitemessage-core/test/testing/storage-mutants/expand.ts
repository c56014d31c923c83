import { changeResults, type Mutant, queue, yieldToOthers } from './mutate.ts';

const once = 'stores an expanded dispatch once, and returns how many are new';

export const expandMutants: readonly Mutant[] = [
  {
    fault: 'drops fan-out rows from an expansion',
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
    fault: 'makes expanded dispatches due at once',
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
    fault: 'refuses an expansion with a repeated dispatch',
    caughtBy: [once],
    mutate: changeResults((result) => {
      if (result.status === 'expanded' && new Set(result.dispatches.map(({ id }) => id)).size < result.dispatches.length) {
        throw new Error('UNIQUE constraint failed: dispatches.id');
      }
      return result;
    }),
  },
  {
    fault: 'locks expanded dispatches one by one, in the given order',
    caughtBy: ['expands rows with common recipients at the same time, without deadlock'],
    mutate: queue((good) => {
      const pending = new Set<string>();
      return {
        async settle(token, settlements, now, marks) {
          const [first, last] = settlements.flatMap((result) =>
            result.status === 'expanded' ? [result.dispatches[0]?.id, result.dispatches.at(-1)?.id] : [],
          );
          if (pending.has(`${last} ${first}`)) throw new Error('deadlock detected');
          pending.add(`${first} ${last}`);
          await yieldToOthers();
          pending.delete(`${first} ${last}`);
          return good.settle(token, settlements, now, marks);
        },
      };
    }),
  },
  {
    fault: 'keeps a fan-out row that expands into nothing',
    caughtBy: ['deletes a fan-out row that expands into nothing', 'deletes a message whose only fan-out row expanded into nothing'],
    mutate: changeResults((result) =>
      result.status === 'expanded' && result.dispatches.length === 0 ? { id: result.id, status: 'sent' } : result,
    ),
  },
  {
    fault: 'counts all expanded dispatches as new',
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
