import { createSitemessage, type Message } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { smtp } from '@sitemessage/messenger-smtp';
import { type InboxMessage, startSandbox } from '@sitemessage/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as handlebars from '../src/with-handlebars.ts';
import * as mjml from '../src/with-mjml.ts';
import * as react from '../src/with-react.tsx';

const order = { id: 7, url: 'https://shop.example.com/orders/7?a=1&b=2', items: ['Tea <green>', 'A "cup"'] };

/** Sends one message of a type through a mail server. */
async function mailOf(type: typeof handlebars.orderShipped, context: typeof order): Promise<InboxMessage | undefined> {
  const sandbox = await startSandbox({ protocols: ['smtp'] });
  onTestFinished(() => sandbox.close());
  const site = createSitemessage({ storage: memoryStorage(), messengers: [smtp(sandbox.smtp.options)], messageTypes: [type] });
  onTestFinished(() => site.close());
  const message: Message = type(context);
  await site.scheduleMessages(message, site.recipients('smtp', 'ann@example.com'));
  await site.sendScheduledMessages();
  return sandbox.inbox.to('ann@example.com')[0];
}

describe.each([
  ['Handlebars', handlebars.orderShipped],
  ['MJML', mjml.orderShipped],
  ['React', react.orderShipped],
] as const)('a mail from a template of %s', (_, type) => {
  it('has the context in its HTML and in its text', async () => {
    const mail = await mailOf(type as typeof handlebars.orderShipped, order);
    expect(mail).toMatchObject({ subject: 'Order 7' });
    expect(mail?.html).toMatch(/Order\s*(?:<!-- -->)?\s*7/);
    expect(mail?.html).toMatch(/href="https:\/\/shop\.example\.com\/orders\/7\?a(?:&#x3D;|=)1&amp;b(?:&#x3D;|=)2"/);
    expect(mail?.text).toContain('Track it [https://shop.example.com/orders/7?a=1&b=2]');
  });

  it('escapes the context', async () => {
    const mail = await mailOf(type as typeof handlebars.orderShipped, { ...order, url: 'https://shop.example.com/"><script>' });
    expect(mail?.html).not.toContain('<script>');
  });

  it('loads nothing from another host', async () => {
    const mail = await mailOf(type as typeof handlebars.orderShipped, order);
    expect(mail?.html?.replaceAll(/href="[^"]*"|"http:\/\/www\.w3\.org[^"]*"/g, '')).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
  });
});

describe('Handlebars', () => {
  it('escapes the items of a list', async () => {
    expect((await mailOf(handlebars.orderShipped, order))?.html).toContain('<li>Tea &lt;green&gt;</li><li>A &quot;cup&quot;</li>');
  });

  it('sends nothing when a hole has no value', async () => {
    expect(await mailOf(handlebars.orderShipped, { id: 7, items: [] } as unknown as typeof order)).toBeUndefined();
  });
});
