import { delivery, never, sandboxed, withSession } from '@sitemessage/test-support';
import { expect, it } from 'vitest';
import { telegram } from '../src/index.ts';

const running = sandboxed('telegram');
const messenger = () => telegram(running.sandbox.telegram.options);
const counts = () => ({ connected: running.sandbox.telegram.connected(), requests: running.sandbox.telegram.requests() });

it.each([1, 10])(
  '50 messages of one session, %i at a time, are 50 requests on as many connections as there are at a time',
  async (atOnce) => {
    const before = counts();
    await withSession(messenger(), async (session) => {
      const waiting = Array.from({ length: 50 }, (_, index) => delivery(String(index + 1)));
      const work = async (): Promise<void> => {
        for (let next = waiting.shift(); next; next = waiting.shift()) await session.send(next, never());
      };
      await Promise.all(Array.from({ length: atOnce }, work));
    });
    expect(counts()).toEqual({ connected: before.connected + atOnce, requests: before.requests + 50 });
    expect(new Set(running.sandbox.inbox.all().map(({ address }) => address)).size).toBe(50);
    await expect.poll(() => running.sandbox.telegram.emulator.connections()).toBe(0);
  },
);

it('a refusal costs no connection', async () => {
  const before = counts();
  running.sandbox.telegram.refuse({ error_code: 403, description: 'Forbidden: bot was blocked by the user' }, { times: 5 });
  await withSession(messenger(), async (session) => {
    for (let index = 1; index <= 10; index += 1) await session.send(delivery(String(index)), never()).catch(() => undefined);
  });
  expect(counts()).toEqual({ connected: before.connected + 1, requests: before.requests + 10 });
  expect(running.sandbox.inbox.all()).toHaveLength(5);
});

it('opening a session connects nothing', async () => {
  const before = counts();
  await withSession(messenger(), async () => undefined);
  expect(counts()).toEqual(before);
});
