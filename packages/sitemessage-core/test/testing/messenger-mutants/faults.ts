import { type Delivery, PermanentError, type Receipt, TransientError, UnknownOutcomeError } from '../../../src/index.ts';
import { faults } from '../../../src/testing/messenger/faults.ts';
import { afterError, errors, errorsOf, forEveryFault, type Mutant, send, session } from './mutate.ts';

const kindOf = (what: string): string => {
  const { kind, when } = faults[what] ?? {};
  return `classifies ${what} as ${kind}, and delivers ${when === 'after' ? 'once' : 'nothing'}`;
};
const codeOf = (what: string): string => `gives ${what} a message and a stable snake_case code`;
const goesOn = (what: string): string => `keeps the session after ${what}, unless the error sets sessionLost`;
const delivers = (what: string): string => `delivers in a new session after ${what}`;
const wait = 'passes on the delay that the provider asks for';

const byItself = 'never retries by itself';
const atOnce = 'fails only the send that met the fault, among concurrent sends';

const broken = 'a connection lost after acceptance';
const configuration = 'a configuration error';
const transient = ['a transient fault', 'a rate limit on one address', 'a rate limit on the whole messenger'];

export const faultMutants: readonly Mutant[] = [
  {
    fault: 'calls every error transient',
    caughtBy: forEveryFault(kindOf, ...transient),
    mutate: errors(({ message }) => new TransientError(message)),
  },
  {
    fault: 'calls every error permanent',
    caughtBy: forEveryFault(kindOf, 'a permanent refusal'),
    mutate: errors(({ message }) => new PermanentError(message)),
  },
  {
    fault: 'throws errors without a kind',
    caughtBy: forEveryFault(kindOf),
    mutate: errors(({ message }) => new Error(message)),
  },
  {
    fault: 'resolves after a permanent refusal',
    caughtBy: [kindOf('a permanent refusal')],
    mutate: send((original) => (delivery, context) => original(delivery, context).catch(() => ({}))),
  },
  {
    fault: 'sends a message after it reports it as unsent',
    caughtBy: forEveryFault(kindOf, configuration, broken),
    mutate: send(
      (original) => (delivery, context) =>
        original(delivery, context).catch(async (error: unknown) => {
          await original(delivery, context).catch(() => undefined);
          throw error;
        }),
    ),
  },
  {
    fault: 'calls the second refusal transient',
    caughtBy: [byItself],
    mutate: (underTest) => {
      let count = 0;
      return errors((error) => {
        count += 1;
        return count === 2 ? new TransientError(error.message) : error;
      })(underTest);
    },
  },
  {
    fault: 'reports every scope as dispatch',
    caughtBy: ['passes on the scope address, or widens it to messenger', 'passes on the scope messenger'],
    mutate: errorsOf('transient', (error) => Object.assign(error, { scope: 'dispatch' })),
  },
  {
    fault: 'reports every scope as messenger',
    caughtBy: ['passes on the scope dispatch'],
    mutate: errorsOf('transient', (error) => Object.assign(error, { scope: 'messenger' })),
  },
  {
    fault: 'takes seconds for milliseconds',
    caughtBy: [wait],
    mutate: errorsOf('transient', (error) => Object.assign(error, { retryAfterMs: Number(error.retryAfterMs) / 1_000 })),
  },
  {
    fault: 'takes milliseconds for seconds',
    caughtBy: [wait],
    mutate: errorsOf('transient', (error) => Object.assign(error, { retryAfterMs: Number(error.retryAfterMs) * 1_000 })),
  },
  {
    fault: 'adds half a millisecond to the delay',
    caughtBy: [wait],
    mutate: errorsOf('transient', (error) => Object.assign(error, { retryAfterMs: Number(error.retryAfterMs) + 0.5 })),
  },
  {
    fault: 'reports a delay of 0 when the provider asks for none',
    caughtBy: ['never asks for a delay under 1 ms'],
    mutate: errorsOf('transient', (error) => Object.assign(error, { retryAfterMs: error.retryAfterMs ?? 0 })),
  },
  {
    fault: 'retries by itself',
    caughtBy: [...forEveryFault(kindOf, configuration, broken), byItself],
    mutate: send((original) => (delivery, context) => original(delivery, context).catch(() => original(delivery, context))),
  },
  {
    fault: 'sends refused messages again after the next one',
    caughtBy: [byItself],
    mutate: session((original) => {
      const refused: Delivery[] = [];
      return {
        async send(delivery, context) {
          const receipt = await original.send(delivery, context).catch((error: unknown) => {
            refused.push(delivery);
            throw error;
          });
          for (const late of refused.splice(0)) await original.send(late, context);
          return receipt;
        },
      };
    }),
  },
  { fault: 'throws strings', caughtBy: forEveryFault(codeOf), mutate: errors(({ message }) => message) },
  {
    fault: 'throws errors with an empty message',
    caughtBy: forEveryFault(codeOf),
    mutate: errors((error) => Object.assign(error, { message: '' })),
  },
  {
    fault: 'has upper-case codes',
    caughtBy: forEveryFault(codeOf),
    mutate: errors((error) => Object.assign(error, { code: 'E_FAILED' })),
  },
  {
    fault: 'puts a counter into the code',
    caughtBy: forEveryFault(codeOf),
    mutate: (underTest) => {
      let count = 0;
      return errors((error) => {
        count += 1;
        return Object.assign(error, { code: `failed_${count}` });
      })(underTest);
    },
  },
  {
    fault: 'is unusable after an error, without sessionLost',
    caughtBy: forEveryFault(goesOn, configuration, broken),
    mutate: afterError((original, first) => ({
      send: (delivery, context) => (first() ? Promise.reject(first()) : original.send(delivery, context)),
    })),
  },
  {
    fault: 'does not set sessionLost',
    caughtBy: [goesOn(broken)],
    mutate: errorsOf('unknown', ({ message }) => new UnknownOutcomeError(message)),
  },
  {
    fault: 'repeats its first error for ever',
    caughtBy: forEveryFault(delivers),
    mutate: (underTest) => {
      let first: unknown;
      return send((original) => async (delivery, context) => {
        if (first) throw first;
        return original(delivery, context).catch((error: unknown) => {
          first = error;
          throw error;
        });
      })(underTest);
    },
  },
  {
    fault: 'fails all sends in flight when one fails',
    caughtBy: [atOnce],
    mutate: session((original) => {
      const { promise: failed, reject } = Promise.withResolvers<never>();
      failed.catch(() => undefined);
      return {
        send(delivery, context) {
          const sent = original.send(delivery, context);
          sent.catch(reject);
          return Promise.race([failed, sent]);
        },
      };
    }),
  },
  {
    fault: 'fails the sends queued behind a refusal',
    caughtBy: [atOnce],
    mutate: session((original) => {
      let last: Promise<unknown> = Promise.resolve();
      return {
        send(delivery, context) {
          const sent = last.then(() => original.send(delivery, context));
          last = sent;
          return sent;
        },
      };
    }),
  },
  {
    fault: 'mixes up the results of two sends',
    caughtBy: [atOnce],
    mutate: session((original) => {
      const waiting: Array<PromiseWithResolvers<Receipt>> = [];
      return {
        send(delivery, context) {
          const mine = Promise.withResolvers<Receipt>();
          waiting.push(mine);
          original.send(delivery, context).then(
            (receipt) => waiting.pop()?.resolve(receipt),
            (error) => waiting.pop()?.reject(error),
          );
          return mine.promise;
        },
      };
    }),
  },
  {
    fault: 'refuses a delivery that it has sent before',
    caughtBy: ['accepts a delivery again after an unknown outcome'],
    mutate: (underTest) => {
      const seen = new Set<string>();
      return send((original) => async (delivery, context) => {
        if (seen.has(delivery.id)) throw new PermanentError('It has been sent.');
        seen.add(delivery.id);
        return original(delivery, context);
      })(underTest);
    },
  },
];
