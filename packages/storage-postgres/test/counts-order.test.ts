import { expect, it, onTestFinished } from 'vitest';
import { postgresStorage } from '../src/index.ts';
import { newSchema } from './schemas.ts';

const idOf = (n: number): string => `018f3c1e-7b2a-7000-8000-00000000000${n}`;

it('counts come by messenger, type and status, whatever was stored first', async () => {
  const storage = postgresStorage(newSchema());
  onTestFinished(() => storage.close());
  await storage.migrate();
  const { queue } = storage;
  const message = { id: idOf(0), type: 'plain', context: '{}', createdAt: 0 };
  const rows = [
    ['vk', 'news'],
    ['smtp', 'plain'],
    ['smtp', 'news'],
    ['smtp', 'news'],
    ['Smtp', 'plain'],
  ].map(([messenger = '', type = ''], n) => ({ id: idOf(n), messageId: idOf(0), messenger, type, priority: 0, dueAt: 0, address: 'ann' }));
  await queue.enqueue([message], rows, 0);
  await queue.cancel({ ids: [idOf(2)] }, 1);
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
