import { type Delivery, PermanentError, type Receipt, TransientError, UnknownOutcomeError } from '../../src/index.ts';
import { faults } from '../../src/testing/messenger/faults.ts';
import { afterError, type Broken, errors, errorsOf, forEveryFault, send, session } from './spoil.ts';

const kindOf = (what: string): string => {
  const { kind, when } = faults[what] ?? {};
  return `makes an error of the kind ${kind} of ${what}, and ${when === 'after' ? 'it has been taken once' : 'nothing has been taken'}`;
};
const codeOf = (what: string): string => `gives ${what} a message and the same snake_case code every time`;
const goesOn = (what: string): string => `goes on in the same session after ${what}, unless the error says that it is lost`;
const delivers = (what: string): string => `delivers after ${what} in a freshly opened session`;
const wait = 'does not shorten the time for which the provider asks, nor make much more of it';

const byItself = 'tries nothing again by itself: three faults are three errors, and the fourth send goes through';
const atOnce = 'lets a fault concern the one send that met it, of many in two sessions at once';

const broken = 'a line that breaks after the message was taken';
const configuration = 'a wrong configuration';
const transient = ['a transient fault', 'a limit on one address', 'a limit on the whole messenger'];

export const brokenAtFaults: readonly Broken[] = [
  {
    fault: 'calls every error transient',
    caughtBy: forEveryFault(kindOf, ...transient),
    spoil: errors(({ message }) => new TransientError(message)),
  },
  {
    fault: 'calls every error permanent',
    caughtBy: forEveryFault(kindOf, 'a permanent refusal'),
    spoil: errors(({ message }) => new PermanentError(message)),
  },
  {
    fault: 'throws errors of no kind',
    caughtBy: forEveryFault(kindOf),
    spoil: errors(({ message }) => new Error(message)),
  },
  {
    fault: 'takes a permanent refusal for a delivery',
    caughtBy: [kindOf('a permanent refusal')],
    spoil: send((original) => (delivery, context) => original(delivery, context).catch(() => ({}))),
  },
  {
    fault: 'sends in the end what it says that it has not sent',
    caughtBy: forEveryFault(kindOf, configuration, broken),
    spoil: send(
      (original) => (delivery, context) =>
        original(delivery, context).catch(async (error: unknown) => {
          await original(delivery, context).catch(() => undefined);
          throw error;
        }),
    ),
  },
  {
    fault: 'calls a second refusal transient',
    caughtBy: [byItself],
    spoil: (underTest) => {
      let count = 0;
      return errors((error) => {
        count += 1;
        return count === 2 ? new TransientError(error.message) : error;
      })(underTest);
    },
  },
  {
    fault: 'takes a limit for a fault of one dispatch',
    caughtBy: [
      'gives a transient fault of the scope address that scope, or the wider one',
      'gives a transient fault of the scope messenger that scope',
    ],
    spoil: errorsOf('transient', (error) => Object.assign(error, { scope: 'dispatch' })),
  },
  {
    fault: 'takes a fault of one dispatch for a limit',
    caughtBy: ['gives a transient fault of the scope dispatch that scope'],
    spoil: errorsOf('transient', (error) => Object.assign(error, { scope: 'messenger' })),
  },
  {
    fault: 'takes seconds for milliseconds',
    caughtBy: [wait],
    spoil: errorsOf('transient', (error) => Object.assign(error, { retryAfterMs: Number(error.retryAfterMs) / 1_000 })),
  },
  {
    fault: 'takes milliseconds for seconds',
    caughtBy: [wait],
    spoil: errorsOf('transient', (error) => Object.assign(error, { retryAfterMs: Number(error.retryAfterMs) * 1_000 })),
  },
  {
    fault: 'waits for half a millisecond more',
    caughtBy: [wait],
    spoil: errorsOf('transient', (error) => Object.assign(error, { retryAfterMs: Number(error.retryAfterMs) + 0.5 })),
  },
  {
    fault: 'makes 0 of a wait that nobody asked for',
    caughtBy: ['asks for no time below a millisecond'],
    spoil: errorsOf('transient', (error) => Object.assign(error, { retryAfterMs: error.retryAfterMs ?? 0 })),
  },
  {
    fault: 'tries again by itself',
    caughtBy: [...forEveryFault(kindOf, configuration, broken), byItself],
    spoil: send((original) => (delivery, context) => original(delivery, context).catch(() => original(delivery, context))),
  },
  {
    fault: 'catches up by itself on what was refused',
    caughtBy: [byItself],
    spoil: session((original) => {
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
  { fault: 'throws strings', caughtBy: forEveryFault(codeOf), spoil: errors(({ message }) => message) },
  { fault: 'says nothing', caughtBy: forEveryFault(codeOf), spoil: errors((error) => Object.assign(error, { message: '' })) },
  { fault: 'has codes in capitals', caughtBy: forEveryFault(codeOf), spoil: errors((error) => Object.assign(error, { code: 'E_FAILED' })) },
  {
    fault: 'puts a number into the code',
    caughtBy: forEveryFault(codeOf),
    spoil: (underTest) => {
      let count = 0;
      return errors((error) => {
        count += 1;
        return Object.assign(error, { code: `failed_${count}` });
      })(underTest);
    },
  },
  {
    fault: 'is of no use after an error, and does not say so',
    caughtBy: forEveryFault(goesOn, configuration, broken),
    spoil: afterError((original, first) => ({
      send: (delivery, context) => (first() ? Promise.reject(first()) : original.send(delivery, context)),
    })),
  },
  {
    fault: 'does not say that the session is lost',
    caughtBy: [goesOn(broken)],
    spoil: errorsOf('unknown', ({ message }) => new UnknownOutcomeError(message)),
  },
  {
    fault: 'never gets over an error',
    caughtBy: forEveryFault(delivers),
    spoil: (underTest) => {
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
    fault: 'fails everything in flight when one fails',
    caughtBy: [atOnce],
    spoil: session((original) => {
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
    fault: 'gives up what waits behind a refusal',
    caughtBy: [atOnce],
    spoil: session((original) => {
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
    spoil: session((original) => {
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
    fault: 'refuses a delivery that it has seen before',
    caughtBy: ['takes the same delivery again when its outcome was unknown'],
    spoil: (underTest) => {
      const seen = new Set<string>();
      return send((original) => async (delivery, context) => {
        if (seen.has(delivery.id)) throw new PermanentError('It has been sent.');
        seen.add(delivery.id);
        return original(delivery, context);
      })(underTest);
    },
  },
];
