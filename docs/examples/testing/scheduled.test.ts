import { memoryStorage } from '@sitemessage/core/memory';
import { expect, test } from 'vitest';
import { recorder } from './recorder.ts';
import { createShop } from './shop.ts';

test('schedules one message for each order', async () => {
  const { mail } = recorder();
  const shop = createShop({ storage: memoryStorage(), mail });

  await shop.ship(7, 'ann@example.com');
  await shop.ship(8, 'ann@example.com');
  const stored = await Array.fromAsync(shop.site.list({ status: 'pending' }));
  await shop.site.close();

  expect(stored).toMatchObject([
    { type: 'order_shipped', messenger: 'smtp', address: 'ann@example.com' },
    { type: 'order_shipped', messenger: 'smtp', address: 'ann@example.com' },
  ]);
});
