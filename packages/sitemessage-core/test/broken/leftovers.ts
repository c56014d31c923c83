import { afterError, type Broken, errors, forEveryFault, never, send, session } from './spoil.ts';

/** As a messenger finds it. */
const { console } = globalThis;
const hangsUpAfter = forEveryFault((what) => `leaves no connection open after ${what}`, 'a wrong configuration');
const rounds = 'leaves no connection, timer or listener behind when it is opened and closed 10 times';
const quiet = forEveryFault((what) => `prints nothing, warns of nothing and leaves no rejection unhandled after ${what}`);
const quietly = 'prints nothing, warns of nothing and leaves no rejection unhandled while it delivers';

/** Leaves something behind in every session, which the test takes away in the end. */
const littering = (drop: () => () => void): Broken['spoil'] => {
  return (underTest) => {
    const litter: Array<() => void> = [];
    const spoiled = session(() => {
      litter.push(drop());
      return {};
    })(underTest);
    return {
      ...spoiled,
      async close() {
        for (const take of litter) take();
        await underTest.close();
      },
    };
  };
};

export const litteringMessengers: readonly Broken[] = [
  {
    fault: 'does not hang up when it is closed',
    caughtBy: [
      'closes a session that has sent something, and its connections',
      'closes a session that has sent nothing, and its connections',
      'leaves no connection open after a wrong configuration',
      rounds,
    ],
    spoil: session(() => ({ close: async () => undefined })),
  },
  {
    fault: 'does not hang up after an error',
    caughtBy: hangsUpAfter.filter((sentence) => !sentence.includes('breaks')),
    spoil: afterError((original, first) => ({
      close: async () => (first() ? undefined : original.close?.()),
    })),
  },
  {
    fault: 'fails to close after an error',
    caughtBy: hangsUpAfter,
    spoil: afterError((original, first) => ({
      async close() {
        await original.close?.();
        if (first()) throw first();
      },
    })),
  },
  {
    fault: 'leaves the connection of an aborted send open',
    caughtBy: ['leaves no connection open after a send and an open() that were aborted'],
    spoil: session((original) => {
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
    spoil: littering(() => {
      const timer = setInterval(() => undefined, 60_000);
      return () => clearInterval(timer);
    }),
  },
  {
    fault: 'leaves a listener on process behind',
    caughtBy: [rounds],
    spoil: littering(() => {
      const event = Symbol('one of its own, since Node warns of ten listeners to one');
      process.on(event, never);
      return () => process.off(event, never);
    }),
  },
  {
    fault: 'prints what it sends',
    caughtBy: [quietly],
    spoil: send((original) => (delivery, context) => {
      console.info(delivery.address);
      return original(delivery, context);
    }),
  },
  {
    fault: 'prints its errors',
    caughtBy: quiet,
    spoil: errors((error) => {
      console.error(error.message);
      return error;
    }),
  },
  {
    fault: 'warns when it is told to stop',
    caughtBy: ['prints nothing, warns of nothing and leaves no rejection unhandled when it is aborted'],
    spoil: send((original) => (delivery, context) => {
      context.signal.addEventListener('abort', () => process.emitWarning('It was told to stop.'));
      return original(delivery, context);
    }),
  },
  {
    fault: 'leaves a rejection unhandled',
    caughtBy: quiet.filter((sentence) => !sentence.includes('configuration')),
    spoil: send((original) => (delivery, context) => {
      const sent = original(delivery, context);
      void sent.then(() => undefined);
      return sent;
    }),
  },
];
