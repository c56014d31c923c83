import { describe, expect, it } from 'vitest';
import { PermanentError } from '../../src/index.ts';
import { news, setUp } from '../subscriptions/set-up.ts';

describe('a suppressed address', () => {
  it('is one whose provider says that there is nobody: what waits for it, and what comes later, is skipped', async () => {
    const { site, recipients, scripted, send, events, runtime } = setUp();
    scripted.script = ({ address }) => {
      if (address === 'ann') throw new PermanentError('no such mailbox', { recipientGone: true });
      return undefined;
    };
    await site.scheduleMessages(news({}), recipients(['ann', 'bob']));
    await site.scheduleMessages(news({}), recipients('ann'), { dueAt: runtime.now() + 1_000 });
    expect(await send()).toMatchObject({ sent: 1, failed: 1 });
    await runtime.advance(1_000);
    expect(await send()).toMatchObject({ skipped: 1 });
    await site.scheduleMessages(news({}), recipients(['ann', 'bob']));
    expect(await send()).toMatchObject({ sent: 1, skipped: 1 });
    expect(await Array.fromAsync(site.list({ status: 'skipped' }))).toMatchObject([{ reason: 'suppressed' }, { reason: 'suppressed' }]);
    expect(events('suppressed')).toEqual([{ type: 'suppressed', messenger: 'scripted', address: 'ann', reason: 'gone' }]);
    expect(await Array.fromAsync(site.suppressions.list())).toMatchObject([{ messenger: 'scripted', address: 'ann', reason: 'gone' }]);
  });

  it('is added and lifted by hand', async () => {
    const { site, recipients, scripted, send, runtime } = setUp();
    expect(await site.suppressions.add(recipients(['ann', 'bob', 'ann']))).toBe(2);
    expect(await Array.fromAsync(site.suppressions.list({ messenger: 'scripted' }))).toMatchObject([
      { address: 'ann', reason: 'manual', at: runtime.now() },
      { address: 'bob' },
    ]);
    await site.scheduleMessages(news({}), recipients(['ann', 'bob', 'carl']));
    expect(await send()).toMatchObject({ sent: 1, skipped: 2 });
    expect(await site.suppressions.lift(recipients(['ann', 'dora']))).toBe(1);
    expect(await site.requeue({ address: 'ann' })).toBe(1);
    expect(await send()).toMatchObject({ sent: 1 });
    expect(scripted.addresses()).toEqual(['carl', 'ann']);
  });

  it.each([
    [{ adress: 'ann' }, '`adress` is not an option of the filter. Options: messenger, reason, since.'],
    [{ reason: 'spam' }, '`reason` of the filter must be gone, complained, manual, not "spam".'],
    [{ since: new Date(0) }, '`since` of the filter is a Date'],
    [{ since: 1_732_900_000 }, '`since` of the filter is 1732900000, which is in 1970'],
    [{ messenger: undefined }, '`messenger` of the filter is undefined'],
  ])('is not listed by a filter with a mistake in it: %j', async (filter, problem) => {
    await expect(Array.fromAsync(setUp().site.suppressions.list(filter as never))).rejects.toThrow(problem);
  });

  it('loses nobody their result when the suppression cannot be stored', async () => {
    const { site, recipients, scripted, send, events } = setUp({
      wrap: (storage) => ({ ...storage, suppressions: { ...storage.suppressions, add: () => Promise.reject(new Error('away')) } }),
    });
    scripted.script = () => {
      throw new PermanentError('no such mailbox', { recipientGone: true });
    };
    await site.scheduleMessages(news({}), recipients(['ann']));
    expect(await send()).toMatchObject({ failed: 1 });
    expect(events('storage_failed')).toHaveLength(1);
  });

  it('keeps its dispatches when the storage cannot say whether it is suppressed', async () => {
    let isAway = true;
    const { site, recipients, send } = setUp({
      wrap: (storage) => ({
        ...storage,
        suppressions: {
          ...storage.suppressions,
          among: (...given) => (isAway ? Promise.reject(new Error('away')) : storage.suppressions.among(...given)),
        },
      }),
    });
    await site.scheduleMessages(news({}), recipients(['ann', 'bob']));
    await expect(send()).rejects.toThrow('away');
    isAway = false;
    expect(await send()).toMatchObject({ sent: 2 });
  });
});
