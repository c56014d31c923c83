import { createSitemessage } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { startSandbox } from '@sitemessage/sandbox';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { orderShipped } from '../examples/languages/messages.ts';
import { recorder } from '../examples/testing/recorder.ts';
import { newFolder, stop } from './run.ts';

it('sends from the front page', async () => {
  const sandbox = await startSandbox({ protocols: ['smtp'] });
  onTestFinished(() => sandbox.close());
  const { start } = await newFolder(sandbox.smtp.options.ca);
  const program = start('front/main.ts', { SMTP_URL: sandbox.smtp.url });
  const mail = await sandbox.inbox.waitFor(() => true);
  expect(mail).toMatchObject({ address: 'ann@example.com', text: 'Order 7 is on its way.' });
  await stop(program);
});

it('is shown in ten lines on the front page', async () => {
  const { exampleOf } = await import('./code-blocks.ts');
  const lines = exampleOf('docs/examples/front/main.ts').split('\n');
  expect(lines.filter((line) => line !== '').length).toBeLessThanOrEqual(10);
});

it('personalises', async () => {
  const { mail, deliveries } = recorder();
  vi.doMock('@sitemessage/messenger-smtp', () => ({ smtp: () => mail }));
  const write = vi.spyOn(console, 'log').mockImplementation(() => {});
  onTestFinished(() => write.mockRestore());
  await import('../examples/personalising/shop.ts');
  expect(deliveries.map(({ address, content }) => `${address}: ${content.text.split('\n')[0]}`).toSorted()).toEqual([
    'ann@example.com: Dear Ann,',
    'ann@example.com: Dear Ann, order 0 is on its way.',
    'bob@example.org: Dear Bob,',
    'bob@example.org: Dear Bob, order 1 is on its way.',
    'carl@example.com: Hello,',
  ]);
});

describe('languages', () => {
  it.each([
    ['de-CH', 'Bestellung 7 ist unterwegs', /^EUR\s29[.,]50, bei Ihnen am 24\. Dezember 2026\.$/, 'lang="de" dir="ltr"'],
    ['en-GB', 'Order 7 is on its way', /^€29\.50, at your door on 24 December 2026\.$/, 'lang="en" dir="ltr"'],
    ['he', 'הזמנה 7 בדרך', /29\.50/, 'lang="he" dir="rtl"'],
    ['fr', 'Order 7 is on its way', /^€29\.50, at your door on December 24, 2026\.$/, 'lang="en" dir="ltr"'],
  ])('writes in %s', async (locale, subject, text, attributes) => {
    const { mail, deliveries } = recorder();
    const site = createSitemessage({ storage: memoryStorage(), messengers: [mail], messageTypes: [orderShipped] });
    const order = { id: 7, euros: 29.5, arrives: '2026-12-24', locale };
    await site.scheduleMessages(orderShipped(order), site.recipients('smtp', 'ann@example.com'));
    await site.sendScheduledMessages();
    await site.close();
    expect(deliveries[0]?.content.subject).toBe(subject);
    expect(deliveries[0]?.content.text).toMatch(text);
    expect(deliveries[0]?.content.html).toContain(attributes);
  });
});
