import { afterError, errors, forEveryFault, type Mutant, type Mutation, never, send, session } from './mutate.ts';

/** As a messenger finds it. */
const { console } = globalThis;
const hangsUpAfter = forEveryFault((what) => `leaves no connection open after ${what}`, 'a configuration error');
const rounds = 'leaves no connection, timer or listener after 10 sessions';
const quiet = forEveryFault((what) => `prints nothing, emits no warning and handles every rejection after ${what}`);
const quietly = 'prints nothing, emits no warning and handles every rejection while it delivers';

/** Leaves something behind in every session, which the test takes away in the end. */
const littering = (drop: () => () => void): Mutation => {
  return (underTest) => {
    const litter: Array<() => void> = [];
    const mutated = session(() => {
      litter.push(drop());
      return {};
    })(underTest);
    return {
      ...mutated,
      async close() {
        for (const take of litter) take();
        await underTest.close();
      },
    };
  };
};

export const resourceMutants: readonly Mutant[] = [
  {
    fault: 'does not hang up when it is closed',
    caughtBy: [
      'closes the connections of a session that has sent',
      'closes the connections of an unused session',
      'leaves no connection open after a configuration error',
      rounds,
    ],
    mutate: session(() => ({ close: async () => undefined })),
  },
  {
    fault: 'does not hang up after an error',
    caughtBy: hangsUpAfter.filter((sentence) => !sentence.includes('lost after')),
    mutate: afterError((original, first) => ({
      close: async () => (first() ? undefined : original.close?.()),
    })),
  },
  {
    fault: 'fails to close after an error',
    caughtBy: hangsUpAfter,
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
    mutate: littering(() => {
      const timer = setInterval(() => undefined, 60_000);
      return () => clearInterval(timer);
    }),
  },
  {
    fault: 'leaves a listener on process behind',
    caughtBy: [rounds],
    mutate: littering(() => {
      const event = Symbol('one of its own, since Node warns of ten listeners to one');
      process.on(event, never);
      return () => process.off(event, never);
    }),
  },
  {
    fault: 'prints what it sends',
    caughtBy: [quietly],
    mutate: send((original) => (delivery, context) => {
      console.info(delivery.address);
      return original(delivery, context);
    }),
  },
  {
    fault: 'prints its errors',
    caughtBy: quiet,
    mutate: errors((error) => {
      console.error(error.message);
      return error;
    }),
  },
  {
    fault: 'warns when it is told to stop',
    caughtBy: ['prints nothing, emits no warning and handles every rejection when it is aborted'],
    mutate: send((original) => (delivery, context) => {
      context.signal.addEventListener('abort', () => process.emitWarning('It was told to stop.'));
      return original(delivery, context);
    }),
  },
  {
    fault: 'leaves a rejection unhandled',
    caughtBy: quiet.filter((sentence) => !sentence.includes('configuration')),
    mutate: send((original) => (delivery, context) => {
      const sent = original(delivery, context);
      void sent.then(() => undefined);
      return sent;
    }),
  },
];
