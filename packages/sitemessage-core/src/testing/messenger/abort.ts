import assert from 'node:assert/strict';
import { errorKind } from '../../errors.ts';
import { delivery, type MessengerFixture, type MessengerTest, rejection } from './fixture.ts';
import { abortTimeoutMs, eventually, turns, withTimeout } from './timing.ts';

/**
 * Returns up to 8 moments to abort at, from before the start to after the end, in turns of the event loop.
 * The number of turns differs a hundredfold between protocols, so one whole run is counted first.
 */
async function abortMoments(what: string, work: Promise<unknown>): Promise<Set<number>> {
  let isOver = false;
  const counting = (async () => {
    let count = 0;
    for (; !isOver; count += 1) await turns(1);
    return count;
  })();
  try {
    await withTimeout(what, work);
  } finally {
    isOver = true;
  }
  const whole = await counting;
  return new Set(Array.from({ length: 8 }, (_, index) => Math.round((whole * index) / 6)));
}

/** Aborts a send and an `open` while they run, and closes their sessions. */
export async function abortInFlight({ messenger, open, close, address }: MessengerFixture): Promise<void> {
  const session = await open();
  const stop = new AbortController();
  const sent = session.send(delivery(address(), 'Stopped'), { signal: stop.signal });
  const opened = messenger.open({ signal: stop.signal });
  const both = Promise.allSettled([sent, opened]);
  await turns(1);
  stop.abort();
  const [, late] = await withTimeout('an aborted send() and open()', both, abortTimeoutMs);
  await close(session);
  if (late.status === 'fulfilled') await close(late.value);
}

/** Tests of abort signals. */
export const abortTests: readonly MessengerTest[] = [
  {
    name: 'opens no connection when the signal is already aborted',
    async check({ messenger, emulator }) {
      await rejection(
        'open() with an aborted signal',
        withTimeout('open()', messenger.open({ signal: AbortSignal.abort() }), abortTimeoutMs),
      );
      assert.ok(await eventually(() => emulator.connections() === 0), 'a connection is still open');
    },
  },
  {
    name: 'sends nothing when the signal is already aborted, and keeps the session',
    async check({ address, open, deliver, inbox }) {
      const session = await open();
      const stopped = session.send(delivery(address(), 'Too late'), { signal: AbortSignal.abort() });
      const error = await rejection('send() with an aborted signal', withTimeout('send()', stopped, abortTimeoutMs));
      assert.equal(errorKind(error), 'transient', String(error));
      await deliver('In time');
      assert.deepEqual(inbox(), [`${address()}: In time`]);
    },
  },
  {
    name: 'settles an aborted send within 1 s, and never reports a delivered message as unsent',
    async check({ address, open, send, close, deliver, arrivals }) {
      const whole = await open();
      const outcomes = new Map<string, string>();
      for (const moment of await abortMoments('send()', send(whole, delivery(address(), 'The whole of it')))) {
        const session = await open();
        const stop = new AbortController();
        const text = `Stopped after ${moment} turns.`;
        const sent = session.send(delivery(address(), text), { signal: stop.signal }).then(
          () => 'sent',
          (error: unknown) => errorKind(error),
        );
        await turns(moment);
        stop.abort();
        outcomes.set(text, await withTimeout(`a send that was aborted after ${moment} turns`, sent, abortTimeoutMs));
        await close(session);
      }
      // Messages that were still in transit arrive before this one.
      await deliver('Afterwards');
      for (const [text, outcome] of outcomes) {
        const arrived = arrivals(text);
        if (outcome === 'sent') assert.equal(arrived, 1, `${text} It resolved, and the message arrived ${arrived} times`);
        else if (outcome === 'transient') assert.equal(arrived, 0, `${text} The message arrived, and the error is transient, not unknown`);
        else
          assert.ok(
            outcome === 'unknown' && arrived <= 1,
            `${text} The error has the kind ${outcome}, and the message arrived ${arrived} times`,
          );
      }
    },
  },
  {
    name: 'settles an aborted open within 1 s',
    async check({ messenger, open, deliver }) {
      for (const moment of await abortMoments('open()', open())) {
        const stop = new AbortController();
        const opened = messenger.open({ signal: stop.signal }).catch((error: unknown) => {
          assert.equal(errorKind(error), 'transient', String(error));
        });
        await turns(moment);
        stop.abort();
        const session = await withTimeout(`an open() that was aborted after ${moment} turns`, opened, abortTimeoutMs);
        await withTimeout('close()', Promise.resolve(session?.close?.()));
      }
      await deliver('Afterwards');
    },
  },
  {
    name: 'keeps the session when the signal of open is aborted later',
    async check({ address, open, send, inbox }) {
      const opening = new AbortController();
      const session = await open(opening.signal);
      opening.abort();
      await turns(5);
      await send(session, delivery(address(), 'Still here'));
      assert.deepEqual(inbox(), [`${address()}: Still here`]);
    },
  },
  {
    name: 'keeps the session when the signal of a finished send is aborted',
    async check({ address, open, send, inbox }) {
      const session = await open();
      const sending = new AbortController();
      await send(session, delivery(address(0), 'The first'), sending.signal);
      sending.abort();
      await turns(5);
      await send(session, delivery(address(1), 'The second'));
      assert.deepEqual(inbox(), [`${address(0)}: The first`, `${address(1)}: The second`]);
    },
  },
];
