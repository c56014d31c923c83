import { aMoment, type Broken, queue } from './broken.ts';

export const brokenAtUpkeep: readonly Broken[] = [
  {
    fault: 'keeps counting the attempts of what is requeued',
    caughtBy: ['makes what failed or was skipped pending, due now, with no attempt counted, and leaves all else alone'],
    spoil: queue((good) => {
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
    fault: 'forgets the errors of what is requeued',
    caughtBy: ['keeps the errors of what it makes pending, and adds later ones behind them'],
    spoil: queue((good) => {
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
    fault: 'says of everything that matches that it was requeued',
    caughtBy: [
      'requeues nothing that is not final, whatever the filter says',
      'requeues each dispatch once when many do it at the same time',
    ],
    spoil: queue((good) => ({
      async requeue(filter, now) {
        const count = (await Array.fromAsync(good.list(filter))).length;
        await aMoment();
        await good.requeue(filter, now);
        return count;
      },
    })),
  },
  {
    fault: 'counts what is to be cancelled before it cancels it',
    caughtBy: ['either cancels a dispatch or lets it be claimed when both happen at the same time'],
    spoil: queue((good) => ({
      async cancel(filter, now) {
        const counts = await good.counts();
        await good.cancel(filter, now);
        return counts.reduce((sum, { count }) => sum + count, 0);
      },
    })),
  },
  {
    fault: 'cancels what is in flight',
    caughtBy: [
      'makes what is pending or to be tried again skipped as cancelled, and leaves all else alone',
      'leaves alone what is in flight, also after the end of its lease: its result is still taken',
    ],
    spoil: queue((good) => {
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
    fault: 'forgets the errors of what is cancelled',
    caughtBy: ['never lets a cancelled one be claimed, and keeps its errors'],
    spoil: queue((good) => ({
      async find(id) {
        const found = await good.find(id);
        return found && { ...found, errors: found.reason === 'cancelled' ? [] : found.errors };
      },
    })),
  },
];

export const brokenAtPrune: readonly Broken[] = [
  {
    fault: 'prunes every final status, whichever is asked for',
    caughtBy: [
      ...['sent', 'failed', 'skipped'].map((status) => `deletes what is ${status} when that is asked for, and nothing of another status`),
      'deletes nothing when no status is asked for',
    ],
    spoil: queue((good) => ({ prune: (request) => good.prune({ ...request, statuses: ['sent', 'failed', 'skipped'] }) })),
  },
  {
    fault: 'prunes what changed at the very time that is given',
    caughtBy: ['deletes only what reached its status before the given time'],
    spoil: queue((good) => ({ prune: (request) => good.prune({ ...request, before: request.before + 1 }) })),
  },
  {
    fault: 'prunes everything in one call',
    caughtBy: ['deletes no more dispatches in one call than the limit, and the rest in the next ones'],
    spoil: queue((good) => ({ prune: (request) => good.prune({ ...request, limit: Number.MAX_SAFE_INTEGER }) })),
  },
  {
    fault: 'prunes all messages without a dispatch in one call',
    caughtBy: ['deletes no more messages without a dispatch in one call than the limit, and says how many; the rest goes in the next ones'],
    spoil: queue((good) => ({
      async prune(request) {
        const { dispatches, messages } = await good.prune(request);
        const rest = await good.prune({ ...request, statuses: [], abandonedBefore: 0, limit: Number.MAX_SAFE_INTEGER });
        return { dispatches, messages: messages + rest.messages };
      },
    })),
  },
  {
    fault: 'says of messages that it prunes at most that it was one',
    caughtBy: ['deletes no more messages without a dispatch in one call than the limit, and says how many; the rest goes in the next ones'],
    spoil: queue((good) => ({
      async prune(request) {
        const { dispatches, messages } = await good.prune(request);
        return { dispatches, messages: Math.min(1, messages) };
      },
    })),
  },
  {
    fault: 'never prunes messages',
    caughtBy: ['deletes a message with its last dispatch: its id may be used again'],
    spoil: queue((good) => ({ prune: (request) => good.prune({ ...request, dispatchesOnly: true }) })),
  },
  {
    fault: 'always prunes messages',
    caughtBy: ['keeps messages that have no dispatch left when only dispatches are to go: they are not stored again'],
    spoil: queue((good) => ({ prune: (request) => good.prune({ ...request, dispatchesOnly: false }) })),
  },
  {
    fault: 'prunes only messages whose dispatches it deletes in the same call',
    caughtBy: ['deletes a message whose only fan-out row expanded into nothing'],
    spoil: queue((good) => ({
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
    caughtBy: ['keeps a message as long as one of its dispatches is there'],
    spoil: queue((good) => {
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
    fault: 'leaves behind what went wrong with a dispatch that it prunes',
    caughtBy: ['deletes what went wrong together with the dispatch'],
    spoil: queue((good) => {
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
    fault: 'counts what is to be pruned before it prunes it',
    caughtBy: ['deletes each dispatch once when many prune at the same time'],
    spoil: queue((good) => ({
      async prune(request) {
        const count = Math.min(request.limit, (await Array.fromAsync(good.list({ status: 'sent' }))).length);
        await aMoment();
        return { ...(await good.prune(request)), dispatches: count };
      },
    })),
  },
  {
    fault: 'takes every iterable for abandoned',
    caughtBy: [
      'leaves an iterable alone that is under way and not yet abandoned',
      'drops one abandoned iterable without touching what is stored or another that is younger',
    ],
    spoil: queue((good) => ({ prune: (request) => good.prune({ ...request, abandonedBefore: Number.MAX_SAFE_INTEGER }) })),
  },
  {
    fault: 'never drops an abandoned iterable',
    caughtBy: [100, 2].map(
      (limit) => `drops what is left of an abandoned iterable, ${limit} a call; one that goes on after that is refused, and leaves nothing`,
    ),
    spoil: queue((good) => ({ prune: (request) => good.prune({ ...request, abandonedBefore: 0 }) })),
  },
];

export const brokenSchemas: readonly Broken[] = [
  {
    fault: 'goes on working once it is closed',
    caughtBy: ['is of no use once it is closed, which it may be again: whatever is asked of it rejects'],
    spoil: (storage) => ({ ...storage, close: async () => undefined }),
  },
  {
    fault: 'cannot be closed twice',
    caughtBy: ['is of no use once it is closed, which it may be again: whatever is asked of it rejects'],
    spoil: (storage) => {
      let closes = 0;
      return {
        ...storage,
        async close() {
          closes += 1;
          if (closes > 1) throw new Error('Called end more than once');
          await storage.close();
        },
      };
    },
  },
  {
    fault: 'tells fractions of milliseconds',
    caughtBy: ['tells the time in whole milliseconds, and never goes back'],
    spoil: (storage) => ({ ...storage, clock: async () => (await storage.clock()) + 0.5 }),
  },
  {
    fault: 'works on nothing at once',
    caughtBy: ['says how many writes it works on at once: a whole number, 1 or more'],
    spoil: (storage) => ({ ...storage, concurrency: 0 }),
  },
  {
    fault: 'has a clock that goes back',
    caughtBy: ['tells the time in whole milliseconds, and never goes back'],
    spoil: (storage) => {
      let reads = 0;
      return { ...storage, clock: async () => (await storage.clock()) - 1_000 * reads++ };
    },
  },
  {
    fault: 'goes on calling who has stopped watching',
    caughtBy: ['may be watched by several, makes no outage up, and tells nothing to who has stopped watching, which they may do twice'],
    spoil: (storage) => ({
      ...storage,
      watch(watcher) {
        storage.watch(watcher);
        return () => undefined;
      },
    }),
  },
  {
    fault: 'tells of an outage when there is none',
    caughtBy: ['may be watched by several, makes no outage up, and tells nothing to who has stopped watching, which they may do twice'],
    spoil: (storage) => ({
      ...storage,
      watch(watcher) {
        watcher.failed(new Error('It does not hear of others'));
        return storage.watch(watcher);
      },
    }),
  },
  {
    fault: 'lets one watch at a time',
    caughtBy: ['may be watched by several, makes no outage up, and tells nothing to who has stopped watching, which they may do twice'],
    spoil: (storage) => {
      let isWatched = false;
      return {
        ...storage,
        watch(watcher) {
          if (isWatched) throw new Error('Somebody is watching already');
          isWatched = true;
          return storage.watch(watcher);
        },
      };
    },
  },
  {
    fault: 'migrates twice when two do it at the same time',
    caughtBy: ['may be migrated by several at the same time, from nothing'],
    spoil: (storage) => {
      let schemas = 0;
      return {
        ...storage,
        async migrate() {
          if (schemas > 0) return;
          await aMoment();
          schemas += 1;
          if (schemas > 1) throw new Error('table dispatches already exists');
        },
      };
    },
  },
  {
    fault: 'empties the queue when it is migrated again',
    caughtBy: ['may be migrated at any time, and keeps all that is stored'],
    spoil: (storage) => {
      let migrations = 0;
      return {
        ...storage,
        async migrate() {
          if (migrations++ > 0) await storage.queue.cancel({}, 0);
        },
      };
    },
  },
];
