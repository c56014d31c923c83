import { PermanentError, TransientError } from '../../../src/index.ts';
import { type Mutant, messenger, never, send, session } from './mutate.ts';

const opens = 'settles an aborted open within 1 s';
const settles = 'settles an aborted send within 1 s, and never reports a delivered message as unsent';

const unaborted = (): { signal: AbortSignal } => ({ signal: new AbortController().signal });

export const abortMutants: readonly Mutant[] = [
  {
    fault: 'opens although it was told to stop',
    caughtBy: ['opens no connection when the signal is already aborted'],
    mutate: messenger((original) => ({ open: () => original.open(unaborted()) })),
  },
  {
    fault: 'leaves the line open that it opened before it looked at the signal',
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
    fault: 'calls it a permanent error to be told to stop',
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
    fault: 'takes what was stopped for sent',
    caughtBy: [settles],
    mutate: send((original) => (delivery, context) => original(delivery, context).catch(() => ({}))),
  },
  {
    fault: 'sends nothing any more when the signal of open() is aborted later',
    caughtBy: ['keeps the session when the signal of open is aborted later'],
    mutate: messenger((original) => ({
      async open(context) {
        const opened = await original.open(context);
        return { ...opened, send: async (delivery, sending) => (context.signal.aborted ? {} : opened.send(delivery, sending)) };
      },
    })),
  },
  {
    fault: 'sends although it was told to stop',
    caughtBy: ['sends nothing when the signal is already aborted, and keeps the session'],
    mutate: send((original) => (delivery) => original(delivery, unaborted())),
  },
  {
    fault: 'says after every abort that nothing was sent',
    caughtBy: [settles],
    mutate: send((original) => (delivery, context) => {
      return original(delivery, context).catch((error: unknown) => {
        throw context.signal.aborted ? new TransientError('Stopped.') : error;
      });
    }),
  },
  {
    fault: 'never settles a send that is aborted',
    caughtBy: [settles],
    mutate: send((original) => (delivery, context) => {
      return original(delivery, context).catch((error: unknown) => (context.signal.aborted ? never() : Promise.reject(error)));
    }),
  },
  {
    fault: 'never settles an open() that is aborted',
    caughtBy: [opens],
    mutate: messenger((original) => ({
      open: (context) => original.open(context).catch((error: unknown) => (context.signal.aborted ? never() : Promise.reject(error))),
    })),
  },
  {
    fault: 'hangs up when the signal of open() is aborted later',
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
    fault: 'hangs up when the signal of an earlier send is aborted',
    caughtBy: ['keeps the session when the signal of a finished send is aborted'],
    mutate: session((original) => ({
      send(delivery, context) {
        context.signal.addEventListener('abort', () => void original.close?.());
        return original.send(delivery, context);
      },
    })),
  },
];
