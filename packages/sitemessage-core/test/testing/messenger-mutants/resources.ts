import { afterError, errors, forEveryFault, type Mutant, type Mutation, never, send, session } from './mutate.ts';

/** The console as a messenger sees it. */
const { console } = globalThis;
const disconnects = forEveryFault((what) => `leaves no connection open after ${what}`, 'a configuration error');
const rounds = 'leaves no connection, timer or listener after 10 sessions';
const silentAfterFault = forEveryFault((what) => `prints nothing, emits no warning and handles every rejection after ${what}`);
const silent = 'prints nothing, emits no warning and handles every rejection while it delivers';

/** Leaks a resource in every session. `close` of the fixture releases them. */
const leaking = (leak: () => () => void): Mutation => {
  return (underTest) => {
    const leaked: Array<() => void> = [];
    const mutated = session(() => {
      leaked.push(leak());
      return {};
    })(underTest);
    return {
      ...mutated,
      async close() {
        for (const release of leaked) release();
        await underTest.close();
      },
    };
  };
};

export const resourceMutants: readonly Mutant[] = [
  {
    fault: 'does not disconnect when it is closed',
    caughtBy: [
      'closes the connections of a session that has sent',
      'closes the connections of an unused session',
      'leaves no connection open after a configuration error',
      rounds,
    ],
    mutate: session(() => ({ close: async () => undefined })),
  },
  {
    fault: 'does not disconnect after an error',
    caughtBy: disconnects.filter((sentence) => !sentence.includes('lost after')),
    mutate: afterError((original, first) => ({
      close: async () => (first() ? undefined : original.close?.()),
    })),
  },
  {
    fault: 'fails to close after an error',
    caughtBy: disconnects,
    mutate: afterError((original, first) => ({
      async close() {
        await original.close?.();
        if (first()) throw first();
      },
    })),
  },
  {
    fault: 'leaves the connection of an aborted send open',
    caughtBy: ['leaves no connection open after an aborted send and open'],
    mutate: session((original) => {
      let isStopped = false;
      return {
        send(delivery, { signal }) {
          signal.addEventListener('abort', () => {
            isStopped = true;
          });
          return original.send(delivery, { signal: new AbortController().signal });
        },
        close: async () => (isStopped ? undefined : original.close?.()),
      };
    }),
  },
  {
    fault: 'leaves a timer behind',
    caughtBy: [rounds],
    mutate: leaking(() => {
      const timer = setInterval(() => undefined, 60_000);
      return () => clearInterval(timer);
    }),
  },
  {
    fault: 'leaves a listener on process behind',
    caughtBy: [rounds],
    mutate: leaking(() => {
      const event = Symbol('a new event each time: Node warns of ten listeners to one');
      process.on(event, never);
      return () => process.off(event, never);
    }),
  },
  {
    fault: 'prints what it sends',
    caughtBy: [silent],
    mutate: send((original) => (delivery, context) => {
      console.info(delivery.address);
      return original(delivery, context);
    }),
  },
  {
    fault: 'prints its errors',
    caughtBy: silentAfterFault,
    mutate: errors((error) => {
      console.error(error.message);
      return error;
    }),
  },
  {
    fault: 'emits a warning when it is aborted',
    caughtBy: ['prints nothing, emits no warning and handles every rejection when it is aborted'],
    mutate: send((original) => (delivery, context) => {
      context.signal.addEventListener('abort', () => process.emitWarning('It was told to stop.'));
      return original(delivery, context);
    }),
  },
  {
    fault: 'leaves a rejection unhandled',
    caughtBy: silentAfterFault.filter((sentence) => !sentence.includes('configuration')),
    mutate: send((original) => (delivery, context) => {
      const sent = original(delivery, context);
      void sent.then(() => undefined);
      return sent;
    }),
  },
];
