import assert from 'node:assert/strict';
import { errorKind } from '../../errors.ts';
import { delivery, type MessengerFixture, type MessengerTest, rejection } from './fixture.ts';
import { abortTimeoutMs, eventually, turns, withTimeout } from './timing.ts';

/**
 * When to abort: counted in turns of the event loop, from before anything has happened to when all is over. How many turns that is
 * differs by a hundred times from one protocol to another, so it is counted first.
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
  return new Set(Array.from({ length: 8 }, (_, sixth) => Math.round((whole * sixth) / 6)));
}

/** A send and an `open` that are aborted while they go on, and what became of their sessions closed. */
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

/** A signal stops what is going on, and nothing else. */
export const abortTests: readonly MessengerTest[] = [
  {
    name: 'opens no connection when the signal is already aborted',
    async check({ messenger, emulator }) {
      await rejection(
        'open() with an aborted signal',
        withTimeout('open()', messenger.open({ signal: AbortSignal.abort() }), abortTimeoutMs),
      );
      assert.ok(await eventually(() => emulator.connections() === 0), 'a connection is left open');
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
      // Whatever was still on its way has arrived before this.
      await deliver('Afterwards');
      for (const [text, outcome] of outcomes) {
        const arrived = arrivals(text);
        if (outcome === 'sent') assert.equal(arrived, 1, `${text} It is said to be sent, and arrived ${arrived} times`);
        else if (outcome === 'transient') assert.equal(arrived, 0, `${text} It was taken, and the error does not say unknown`);
        else assert.ok(outcome === 'unknown' && arrived <= 1, `${text} The error is of the kind ${outcome}, ${arrived} arrived`);
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
