import { TransientError } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { fakeRuntime } from '@sitemessage/core/testing';
import { expect, test } from 'vitest';
import { recorder } from './recorder.ts';
import { createShop } from './shop.ts';

test('tries again after an outage of the mail server', async () => {
  const runtime = fakeRuntime();
  const { mail, deliveries } = recorder(({ attempt }) =>
    attempt < 3 ? new TransientError('The server is busy.') : undefined,
  );
  const shop = createShop({
    storage: memoryStorage({ runtime }),
    mail,
    runtime,
  });

  await shop.ship(7, 'ann@example.com');
  const worker = shop.site.startWorker();
  await runtime.advance(5 * 60_000);
  await runtime.run(worker.stop());
  await runtime.run(shop.site.close());

  expect(deliveries).toMatchObject([
    { address: 'ann@example.com', attempt: 3 },
  ]);
});
