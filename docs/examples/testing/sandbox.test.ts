import { memoryStorage } from '@sitemessage/core/memory';
import { smtp } from '@sitemessage/messenger-smtp';
import { startSandbox } from '@sitemessage/sandbox';
import { expect, test } from 'vitest';
import { createShop } from './shop.ts';

test('tells the customer once that the order is on its way', async () => {
  await using sandbox = await startSandbox({ protocols: ['smtp'] });
  const mail = smtp(sandbox.smtp.options);
  const shop = createShop({ storage: memoryStorage(), mail });

  await shop.ship(7, 'ann@example.com');
  await shop.ship(7, 'ann@example.com');
  await shop.site.sendScheduledMessages();
  await shop.site.close();

  const mails = sandbox.inbox.to('ann@example.com');
  expect(mails.map(({ text }) => text)).toEqual(['Order 7 is on its way.']);
});

test('does not write again to an address that does not exist', async () => {
  await using sandbox = await startSandbox({ protocols: ['smtp'] });
  sandbox.smtp.fail({ at: 'rcpt', reply: '550 5.1.1 No such user' });
  const mail = smtp(sandbox.smtp.options);
  const shop = createShop({ storage: memoryStorage(), mail });

  await shop.ship(7, 'bob@example.org');
  const first = await shop.site.sendScheduledMessages();
  await shop.ship(8, 'bob@example.org');
  const second = await shop.site.sendScheduledMessages();
  await shop.site.close();

  expect(first).toMatchObject({ sent: 0, failed: 1 });
  expect(second).toMatchObject({ sent: 0, skipped: 1 });
});
