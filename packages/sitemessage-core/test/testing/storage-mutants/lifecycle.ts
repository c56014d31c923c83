import { type Mutant, yieldToOthers } from './mutate.ts';

export const lifecycleMutants: readonly Mutant[] = [
  {
    fault: 'works after close',
    caughtBy: ['rejects every method after close, which may be called twice'],
    mutate: (storage) => ({ ...storage, close: async () => undefined }),
  },
  {
    fault: 'throws on a second close',
    caughtBy: ['rejects every method after close, which may be called twice'],
    mutate: (storage) => {
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
    fault: 'returns fractions of a millisecond',
    caughtBy: ['returns whole milliseconds from its clock, never decreasing'],
    mutate: (storage) => ({ ...storage, clock: async () => (await storage.clock()) + 0.5 }),
  },
  {
    fault: 'has a concurrency of 0',
    caughtBy: ['has an integer concurrency of 1 or more'],
    mutate: (storage) => ({ ...storage, concurrency: 0 }),
  },
  {
    fault: 'has a clock that goes back',
    caughtBy: ['returns whole milliseconds from its clock, never decreasing'],
    mutate: (storage) => {
      let reads = 0;
      return { ...storage, clock: async () => (await storage.clock()) - 1_000 * reads++ };
    },
  },
  {
    fault: 'calls a watcher that has stopped',
    caughtBy: ['serves several watchers, reports no false outage, and stops calling a stopped watcher'],
    mutate: (storage) => ({
      ...storage,
      watch(watcher) {
        storage.watch(watcher);
        return () => undefined;
      },
    }),
  },
  {
    fault: 'reports a false outage',
    caughtBy: ['serves several watchers, reports no false outage, and stops calling a stopped watcher'],
    mutate: (storage) => ({
      ...storage,
      watch(watcher) {
        watcher.failed(new Error('It does not hear of others'));
        return storage.watch(watcher);
      },
    }),
  },
  {
    fault: 'accepts one watcher at a time',
    caughtBy: ['serves several watchers, reports no false outage, and stops calling a stopped watcher'],
    mutate: (storage) => {
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
    fault: 'migrates twice in concurrent calls',
    caughtBy: ['migrates from nothing in 5 concurrent calls'],
    mutate: (storage) => {
      let schemas = 0;
      return {
        ...storage,
        async migrate() {
          if (schemas > 0) return;
          await yieldToOthers();
          schemas += 1;
          if (schemas > 1) throw new Error('table dispatches already exists');
        },
      };
    },
  },
  {
    fault: 'empties the queue when it is migrated again',
    caughtBy: ['migrates again at any time, and keeps its rows'],
    mutate: (storage) => {
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
