import { startSandbox } from '@sitemessage/sandbox';
import { expect, it, onTestFinished, vi } from 'vitest';

const ann = { id: 1, email: 'ann@example.com', isActive: true };

it('sends to subscribers, until they click', async () => {
  const sandbox = await startSandbox({ protocols: ['smtp'] });
  onTestFinished(() => sandbox.close());
  const { user, password, ports } = { ...sandbox.smtp.options, ports: sandbox.smtp.ports };
  // Without TLS: the example has no certificate of the sandbox to trust.
  vi.doMock('@sitemessage/messenger-smtp', async (original) => {
    const { smtp } = await original<typeof import('@sitemessage/messenger-smtp')>();
    return { smtp: () => smtp({ host: '127.0.0.1', port: ports.plain, user, password, tls: 'none', from: 'shop@example.com' }) };
  });
  const shop = await import('../examples/subscriptions/shop.ts');
  onTestFinished(() => shop.site.close());

  await shop.subscribe(ann);
  await shop.forget('bob@example.org');
  await shop.publish('Kettles are back');
  expect(await shop.site.sendScheduledMessages()).toMatchObject({ sent: 1, skipped: 1 });
  const [mail] = sandbox.inbox.to('ann@example.com');
  expect(mail?.subject).toBe('Kettles are back');

  const [link = ''] = /https:\/\/shop\.example\.com\/messages\/unsubscribe\/[\w-]+/.exec(JSON.stringify(mail?.headers)) ?? [];
  const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
  expect((await shop.answer(new Request(link, { method: 'POST', body }))).status).toBe(200);
  expect(await shop.preferencesOf(ann)).toMatchObject([{ alias: 'news', choices: [{ messenger: 'smtp', isSubscribed: false }] }]);
  expect(await shop.savePreferences(ann, true)).toBe(true);

  await shop.forgive('bob@example.org');
  expect(await shop.onBounce('<nobody@example.com>')).toEqual({ status: 503 });
});
