import { PermanentError, TransientError } from '../../../src/index.ts';
import { type Mutant, messenger, never, send, session } from './mutate.ts';

const opens = 'settles an aborted open within 1 s';
const settles = 'settles an aborted send within 1 s, and never reports a delivered message as unsent';

const unaborted = (): { signal: AbortSignal } => ({ signal: new AbortController().signal });

export const abortMutants: readonly Mutant[] = [
  {
    fault: 'opens when the signal is aborted',
    caughtBy: ['opens no connection when the signal is already aborted'],
    mutate: messenger((original) => ({ open: () => original.open(unaborted()) })),
  },
  {
    fault: 'checks the signal after it connects, and leaves the connection open',
    caughtBy: ['opens no connection when the signal is already aborted'],
    mutate: messenger((original) => ({
      async open({ signal }) {
        const opened = await original.open(unaborted());
        signal.throwIfAborted();
        return opened;
      },
    })),
  },
  {
    fault: 'throws a permanent error when it is aborted',
    caughtBy: ['sends nothing when the signal is already aborted, and keeps the session', settles, opens],
    mutate: messenger((original) => {
      const stopped = (signal: AbortSignal) => (error: unknown) => {
        throw signal.aborted ? new PermanentError('Stopped.') : error;
      };
      return {
        async open(context) {
          const opened = await original.open(context).catch(stopped(context.signal));
          return { ...opened, send: (delivery, sending) => opened.send(delivery, sending).catch(stopped(sending.signal)) };
        },
      };
    }),
  },
  {
    fault: 'resolves when a send is aborted',
    caughtBy: [settles],
    mutate: send((original) => (delivery, context) => original(delivery, context).catch(() => ({}))),
  },
  {
    fault: 'drops messages after the signal of open is aborted',
    caughtBy: ['keeps the session when the signal of open is aborted later'],
    mutate: messenger((original) => ({
      async open(context) {
        const opened = await original.open(context);
        return { ...opened, send: async (delivery, sending) => (context.signal.aborted ? {} : opened.send(delivery, sending)) };
      },
    })),
  },
  {
    fault: 'ignores the signal of a send',
    caughtBy: ['sends nothing when the signal is already aborted, and keeps the session'],
    mutate: send((original) => (delivery) => original(delivery, unaborted())),
  },
  {
    fault: 'throws a transient error after every abort',
    caughtBy: [settles],
    mutate: send((original) => (delivery, context) => {
      return original(delivery, context).catch((error: unknown) => {
        throw context.signal.aborted ? new TransientError('Stopped.') : error;
      });
    }),
  },
  {
    fault: 'never settles an aborted send',
    caughtBy: [settles],
    mutate: send((original) => (delivery, context) => {
      return original(delivery, context).catch((error: unknown) => (context.signal.aborted ? never() : Promise.reject(error)));
    }),
  },
  {
    fault: 'never settles an aborted open',
    caughtBy: [opens],
    mutate: messenger((original) => ({
      open: (context) => original.open(context).catch((error: unknown) => (context.signal.aborted ? never() : Promise.reject(error))),
    })),
  },
  {
    fault: 'closes the session when the signal of open is aborted later',
    caughtBy: ['keeps the session when the signal of open is aborted later'],
    mutate: messenger((original) => ({
      async open(context) {
        const opened = await original.open(context);
        context.signal.addEventListener('abort', () => void opened.close?.());
        return opened;
      },
    })),
  },
  {
    fault: 'closes the session when the signal of an earlier send is aborted',
    caughtBy: ['keeps the session when the signal of a finished send is aborted'],
    mutate: session((original) => ({
      send(delivery, context) {
        context.signal.addEventListener('abort', () => void original.close?.());
        return original.send(delivery, context);
      },
    })),
  },
];
