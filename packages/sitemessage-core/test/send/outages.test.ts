import { expect, it } from 'vitest';
import { createSitemessage, type SitemessageEvent, TransientError } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { type Scripted, scriptedMessenger } from '../scripted-messenger.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const people = Array.from({ length: 60 }, (_, index) => `user${index}`);

interface Outage {
  readonly does: string;
  begin(scripted: Scripted): void;
  /** How soon everything has gone out when it is over: the longest pause, back-off or deferral. */
  readonly afterMs: number;
  readonly usesAttempts: boolean;
}

const throwing = (error: TransientError) => (scripted: Scripted) => {
  scripted.script = () => {
    throw error;
  };
};

it.each<Outage>([
  {
    does: 'takes no connection',
    begin: (scripted) => {
      scripted.openError = new TransientError('connect ECONNREFUSED', { code: 'unreachable' });
    },
    afterMs: 5 * minuteMs,
    usesAttempts: false,
  },
  {
    does: 'breaks off before a request is out',
    begin: throwing(new TransientError('read ECONNRESET', { sessionLost: true })),
    afterMs: 6 * hourMs,
    usesAttempts: true,
  },
  {
    does: 'answers 429, and says for how long',
    begin: throwing(new TransientError('slow down', { scope: 'messenger', retryAfterMs: 10 * minuteMs })),
    afterMs: 10 * minuteMs,
    usesAttempts: false,
  },
  {
    does: 'answers 429, and does not say for how long',
    begin: throwing(new TransientError('slow down', { scope: 'messenger' })),
    afterMs: minuteMs,
    usesAttempts: false,
  },
])('for six hours a provider $does: nothing fails, and all is sent afterwards', async ({ begin, afterMs, usesAttempts }) => {
  const runtime = fakeRuntime();
  const scripted = scriptedMessenger({ concurrency: 3 });
  const site = createSitemessage({ storage: memoryStorage({ runtime }), runtime, messengers: [scripted.messenger] });
  const events: SitemessageEvent[] = [];
  site.onEvent((event) => events.push(event));
  const happened = (type: SitemessageEvent['type']) => events.filter((event) => event.type === type).length;
  const pollIntervalMs = 20_000;
  begin(scripted);
  const worker = site.startWorker({ pollIntervalMs });
  await site.scheduleMessages('Hi', site.recipients('scripted', people));
  await runtime.advance(6 * hourMs);
  expect(happened('sent')).toBe(0);

  scripted.openError = undefined;
  scripted.script = () => undefined;
  scripted.deliveries.length = 0;
  await runtime.advance(afterMs + 2 * pollIntervalMs);
  await runtime.run(worker.stop());
  expect(scripted.addresses().toSorted()).toEqual(people.toSorted());
  expect([happened('sent'), happened('failed'), happened('skipped')]).toEqual([people.length, 0, 0]);
  expect(scripted.deliveries.every(({ attempt }) => attempt > 1)).toBe(usesAttempts);
  expect(scripted.deliveries.some(({ attempt }) => attempt > 1)).toBe(usesAttempts);
});
