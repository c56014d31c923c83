import { describe, expect, it } from 'vitest';
import { fanOutAlias } from '../../src/storage/index.ts';
import { news, setUp } from '../subscriptions/set-up.ts';

async function sent(addresses: readonly string[], wrap?: Parameters<typeof setUp>[0]) {
  const trial = setUp(wrap);
  trial.scripted.script = ({ address }) => ({ providerId: address === 'carl' ? 'id-of-bob' : `id-of-${address}` });
  await trial.site.scheduleMessages(news({}), trial.recipients(addresses));
  await trial.send();
  const ids = new Map((await Array.fromAsync(trial.site.list())).map(({ address, id }) => [address, id]));
  return { ...trial, idOf: (address: string) => ids.get(address) as string };
}

const suppressed = async ({ site }: Awaited<ReturnType<typeof sent>>): Promise<string[]> =>
  (await Array.fromAsync(site.suppressions.list())).map(({ address, reason }) => `${address} ${reason}`);

describe('what is reported of a dispatch', () => {
  it('is kept with the time of its first report, and told once', async () => {
    const trial = await sent(['ann']);
    const { site, runtime, events, idOf } = trial;
    const id = idOf('ann');
    const first = runtime.now();
    expect(await site.reportOutcome({ id }, 'read')).toBe(true);
    await runtime.advance(1_000);
    expect(await site.reportOutcome({ id }, 'read')).toBe(true);
    expect(await site.reportOutcome({ id }, 'delivered')).toBe(true);
    expect(await site.find(id)).toMatchObject({ status: 'sent', outcomes: { read: first, delivered: first + 1_000 } });
    expect(events('reported')).toMatchObject([
      { dispatch: { id, type: 'news', messenger: 'scripted', address: 'ann', attempt: 1 }, outcome: 'read' },
      { dispatch: { id }, outcome: 'delivered' },
    ]);
    expect(await suppressed(trial)).toEqual([]);
    expect(await Array.fromAsync(site.list({ outcome: 'read' }))).toMatchObject([{ id }]);
    expect(await Array.fromAsync(site.list({ outcome: 'bounced' }))).toEqual([]);
  });

  it.each([
    ['bounced', 'gone'],
    ['complained', 'complained'],
  ] as const)('suppresses the address when it %s', async (outcome, reason) => {
    const trial = await sent(['ann', 'bob']);
    const { site, events, idOf, recipients, send } = trial;
    await site.reportOutcome({ id: idOf('ann') }, outcome);
    expect(await suppressed(trial)).toEqual([`ann ${reason}`]);
    expect(events('suppressed')).toEqual([{ type: 'suppressed', messenger: 'scripted', address: 'ann', reason }]);
    await site.scheduleMessages(news({}), recipients(['ann', 'bob']));
    expect(await send()).toMatchObject({ sent: 1, skipped: 1 });
  });

  it('does not suppress again what somebody has lifted, when it is told again', async () => {
    const trial = await sent(['ann']);
    const { site, idOf, recipients } = trial;
    await site.reportOutcome({ id: idOf('ann') }, 'bounced');
    await site.suppressions.lift(recipients('ann'));
    expect(await site.reportOutcome({ id: idOf('ann') }, 'bounced')).toBe(true);
    expect(await suppressed(trial)).toEqual([]);
  });

  it('is done to its end when the storage failed in the middle, and it is told again', async () => {
    let isAway = true;
    const trial = await sent(['ann'], {
      wrap: (storage) => ({
        ...storage,
        queue: { ...storage.queue, report: (...given) => (isAway ? Promise.reject(new Error('away')) : storage.queue.report(...given)) },
      }),
    });
    const { site, events, idOf } = trial;
    await expect(site.reportOutcome({ id: idOf('ann') }, 'complained')).rejects.toThrow('away');
    isAway = false;
    expect(await site.reportOutcome({ id: idOf('ann') }, 'complained')).toBe(true);
    expect(await suppressed(trial)).toEqual(['ann complained']);
    expect([events('suppressed').length, events('reported').length]).toEqual([1, 1]);
  });

  it("is found by the provider's id, with the address where that is not enough", async () => {
    const { site, idOf } = await sent(['ann', 'bob', 'carl']);
    const outcomeOf = async (address: string) => (await site.find(idOf(address)))?.outcomes;
    expect(await site.reportOutcome({ messenger: 'scripted', providerId: 'id-of-ann' }, 'delivered')).toBe(true);
    expect(await outcomeOf('ann')).toHaveProperty('delivered');
    const ambiguous = { messenger: 'scripted', providerId: 'id-of-bob' };
    await expect(site.reportOutcome(ambiguous, 'read')).rejects.toMatchObject({ kind: 'permanent', code: 'provider_id_ambiguous' });
    expect(await outcomeOf('bob')).toBeUndefined();
    expect(await site.reportOutcome({ ...ambiguous, address: 'bob' }, 'read')).toBe(true);
    expect([await outcomeOf('bob'), await outcomeOf('carl')]).toEqual([{ read: expect.any(Number) }, undefined]);
    for (const which of [
      { ...ambiguous, messenger: 'another' },
      { ...ambiguous, address: 'dora' },
      { messenger: 'scripted', providerId: 'x' },
    ]) {
      expect(await site.reportOutcome(which, 'read')).toBe(false);
    }
  });

  it('is nothing of what is not there, nor of a list that is not expanded yet', async () => {
    const { site, storage } = await sent(['ann']);
    expect(await site.reportOutcome({ id: 'nobody' }, 'bounced')).toBe(false);
    const id = '00000000-0000-7000-8000-000000000001';
    const message = { id: 'm', type: 'news', context: '{}', createdAt: 0 };
    const row = { id, messageId: 'm', messenger: fanOutAlias, type: 'news', priority: 0, dueAt: 0, address: '0', fanOut: '{}' };
    await storage.queue.enqueue([message], [row], 0);
    expect(await site.reportOutcome({ id }, 'bounced')).toBe(false);
    expect(await Array.fromAsync(site.suppressions.list())).toEqual([]);
  });

  it.each([
    [undefined, 'The dispatch must be { id } or { messenger, providerId }, not undefined'],
    ['some-id', 'not a string'],
    [{}, 'must be either { id }, or { messenger, providerId }'],
    [{ id: 'a', providerId: 'b', messenger: 'c' }, 'must be either'],
    [{ providerId: 'b' }, 'must be either'],
    [{ id: 7 }, '`id` of the dispatch must be a string, not a number'],
    [{ id: undefined }, '`id` of the dispatch must be a string, not undefined'],
    [{ messageId: 'a' }, '`messageId` does not name a dispatch. Fields: id, messenger, providerId, address.'],
  ])('refuses %j, and says why', async (which, reason) => {
    const { site } = setUp();
    await expect(site.reportOutcome(which as never, 'read')).rejects.toThrow(reason);
  });

  it('refuses an outcome that there is not', async () => {
    const { site } = setUp();
    await expect(site.reportOutcome({ id: 'a' }, 'open' as never)).rejects.toThrow(
      '`outcome` must be delivered, read, bounced, complained',
    );
  });
});
