import { type Mutant, queue, yieldToOthers } from './mutate.ts';

export const pruneMutants: readonly Mutant[] = [
  {
    fault: 'prunes every final status',
    caughtBy: [
      ...['sent', 'failed', 'skipped'].map((status) => `deletes ${status} dispatches when asked, and no other status`),
      'deletes nothing without a status',
    ],
    mutate: queue((good) => ({ prune: (request) => good.prune({ ...request, statuses: ['sent', 'failed', 'skipped'] }) })),
  },
  {
    fault: 'prunes dispatches that changed at the given time',
    caughtBy: ['deletes only dispatches that changed before the given time'],
    mutate: queue((good) => ({ prune: (request) => good.prune({ ...request, before: request.before + 1 }) })),
  },
  {
    fault: 'prunes everything in one call',
    caughtBy: ['deletes at most the limit of dispatches in one call'],
    mutate: queue((good) => ({ prune: (request) => good.prune({ ...request, limit: Number.MAX_SAFE_INTEGER }) })),
  },
  {
    fault: 'prunes all empty messages in one call',
    caughtBy: ['deletes at most the limit of empty messages in one call, and returns how many'],
    mutate: queue((good) => ({
      async prune(request) {
        const { dispatches, messages } = await good.prune(request);
        const rest = await good.prune({ ...request, statuses: [], abandonedBefore: 0, limit: Number.MAX_SAFE_INTEGER });
        return { dispatches, messages: messages + rest.messages };
      },
    })),
  },
  {
    fault: 'counts at most one pruned message',
    caughtBy: ['deletes at most the limit of empty messages in one call, and returns how many'],
    mutate: queue((good) => ({
      async prune(request) {
        const { dispatches, messages } = await good.prune(request);
        return { dispatches, messages: Math.min(1, messages) };
      },
    })),
  },
  {
    fault: 'never prunes messages',
    caughtBy: ['deletes a message with its last dispatch, and frees its id'],
    mutate: queue((good) => ({ prune: (request) => good.prune({ ...request, dispatchesOnly: true }) })),
  },
  {
    fault: 'always prunes messages',
    caughtBy: ['keeps empty messages with dispatchesOnly, so their ids stay taken'],
    mutate: queue((good) => ({ prune: (request) => good.prune({ ...request, dispatchesOnly: false }) })),
  },
  {
    fault: 'prunes only messages whose dispatches it deletes in the same call',
    caughtBy: ['deletes a message whose only fan-out row expanded into nothing'],
    mutate: queue((good) => ({
      async prune(request) {
        const deleted = await good.prune({ ...request, dispatchesOnly: true });
        return deleted.dispatches === 0 || request.dispatchesOnly
          ? deleted
          : { ...(await good.prune(request)), dispatches: deleted.dispatches };
      },
    })),
  },
  {
    fault: 'prunes the message of every dispatch that it deletes',
    caughtBy: ['keeps a message as long as one of its dispatches exists'],
    mutate: queue((good) => {
      let isPruned = false;
      return {
        async prune(request) {
          const deleted = await good.prune(request);
          isPruned ||= deleted.dispatches > 0;
          return deleted;
        },
        async claim(request) {
          const { claims, messages } = await good.claim(request);
          return { claims, messages: isPruned ? [] : messages };
        },
      };
    }),
  },
  {
    fault: 'keeps the errors of a pruned dispatch',
    caughtBy: ['deletes the errors of a dispatch with it'],
    mutate: queue((good) => {
      const left = new Map<string, NonNullable<Awaited<ReturnType<typeof good.find>>>['errors']>();
      return {
        async prune(request) {
          for await (const { id } of good.list({})) left.set(id, (await good.find(id))?.errors ?? []);
          return good.prune(request);
        },
        async find(id) {
          const found = await good.find(id);
          return found && { ...found, errors: [...(left.get(id) ?? []), ...found.errors] };
        },
      };
    }),
  },
  {
    fault: 'counts dispatches before it prunes them',
    caughtBy: ['deletes each dispatch once in 4 concurrent calls'],
    mutate: queue((good) => ({
      async prune(request) {
        const count = Math.min(request.limit, (await Array.fromAsync(good.list({ status: 'sent' }))).length);
        await yieldToOthers();
        return { ...(await good.prune(request)), dispatches: count };
      },
    })),
  },
  {
    fault: 'deletes every iterable as abandoned',
    caughtBy: [
      'keeps the items of an async iterable that is not older than abandonedBefore',
      'deletes an abandoned async iterable, and keeps stored rows and younger iterables',
    ],
    mutate: queue((good) => ({ prune: (request) => good.prune({ ...request, abandonedBefore: Number.MAX_SAFE_INTEGER }) })),
  },
  {
    fault: 'never deletes an abandoned iterable',
    caughtBy: [100, 2].map((limit) => `deletes an abandoned async iterable, ${limit} per call, and refuses to store the rest`),
    mutate: queue((good) => ({ prune: (request) => good.prune({ ...request, abandonedBefore: 0 }) })),
  },
];
