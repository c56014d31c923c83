import { type Mutant, queue, yieldToOthers } from './mutate.ts';

export const requeueCancelMutants: readonly Mutant[] = [
  {
    fault: 'keeps the attempts of a requeued dispatch',
    caughtBy: ['makes only failed and skipped dispatches pending, due now, with attempt 0'],
    mutate: queue((good) => {
      const attempts = new Map<string, number>();
      return {
        async requeue(filter, now) {
          for await (const { id, attempt } of good.list(filter)) attempts.set(id, attempt);
          return good.requeue(filter, now);
        },
        async *list(filter) {
          for await (const record of good.list(filter))
            yield { ...record, attempt: Math.max(record.attempt, attempts.get(record.id) ?? 0) };
        },
      };
    }),
  },
  {
    fault: 'drops the errors of a requeued dispatch',
    caughtBy: ['keeps the errors of a requeued dispatch, and appends later ones'],
    mutate: queue((good) => {
      let requeuedAt = 0;
      return {
        requeue(filter, now) {
          requeuedAt = now;
          return good.requeue(filter, now);
        },
        async find(id) {
          const found = await good.find(id);
          return found && { ...found, errors: found.errors.filter(({ at }) => at >= requeuedAt) };
        },
      };
    }),
  },
  {
    fault: 'counts all matching dispatches as requeued',
    caughtBy: ['requeues no open dispatch, whatever the filter says', 'requeues each dispatch once in 8 concurrent calls'],
    mutate: queue((good) => ({
      async requeue(filter, now) {
        const count = (await Array.fromAsync(good.list(filter))).length;
        await yieldToOthers();
        await good.requeue(filter, now);
        return count;
      },
    })),
  },
  {
    fault: 'counts dispatches before it cancels them',
    caughtBy: ['either cancels or claims a dispatch when both happen at the same time'],
    mutate: queue((good) => ({
      async cancel(filter, now) {
        const counts = await good.counts();
        await good.cancel(filter, now);
        return counts.reduce((sum, { count }) => sum + count, 0);
      },
    })),
  },
  {
    fault: 'cancels claimed dispatches',
    caughtBy: [
      'makes only pending and error dispatches skipped as cancelled',
      'never cancels a claimed dispatch, also after its lease, and accepts its result',
    ],
    mutate: queue((good) => {
      const tokens = new Map<string, string>();
      return {
        async claim(request) {
          const claimed = await good.claim(request);
          for (const { id } of claimed.claims) tokens.set(id, request.token);
          return claimed;
        },
        async cancel(filter, now) {
          let count = await good.cancel(filter, now);
          for await (const { id } of good.list({ ...filter, status: 'processing' })) {
            const settled = await good.settle(tokens.get(id) as string, [{ id, status: 'skipped', reason: 'cancelled' }], now);
            count += settled.ids.length;
          }
          return count;
        },
      };
    }),
  },
  {
    fault: 'drops the errors of a cancelled dispatch',
    caughtBy: ['never claims a cancelled dispatch, and keeps its errors'],
    mutate: queue((good) => ({
      async find(id) {
        const found = await good.find(id);
        return found && { ...found, errors: found.reason === 'cancelled' ? [] : found.errors };
      },
    })),
  },
];
