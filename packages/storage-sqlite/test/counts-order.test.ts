import { expect, it, onTestFinished } from 'vitest';
import { sqliteStorage } from '../src/index.ts';
import { dispatch, idOf, news } from './rows.ts';

it('counts come by messenger, type and status, whatever was stored first', async () => {
  const storage = sqliteStorage({ path: ':memory:' });
  onTestFinished(() => storage.close());
  await storage.migrate();
  const { queue } = storage;
  await queue.enqueue(
    [news],
    [
      dispatch(1, { messenger: 'vk' }),
      dispatch(2, { type: 'plain' }),
      dispatch(3),
      dispatch(4),
      dispatch(5, { messenger: 'Smtp', type: 'plain' }),
    ],
    0,
  );
  await queue.cancel({ ids: [idOf(4)] }, 1);
  expect(await queue.counts({ since: 0 })).toEqual([
    { messenger: 'Smtp', type: 'plain', status: 'pending', count: 1 },
    { messenger: 'smtp', type: 'news', status: 'pending', count: 1 },
    { messenger: 'smtp', type: 'news', status: 'skipped', count: 1 },
    { messenger: 'smtp', type: 'plain', status: 'pending', count: 1 },
    { messenger: 'vk', type: 'news', status: 'pending', count: 1 },
  ]);
  expect(await queue.openQueues()).toEqual([
    { messenger: 'Smtp', type: 'plain' },
    { messenger: 'smtp', type: 'news' },
    { messenger: 'smtp', type: 'plain' },
    { messenger: 'vk', type: 'news' },
  ]);
});
