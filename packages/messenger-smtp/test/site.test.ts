import { createSitemessage, defineMessageType, html, plain, type SitemessageEvent } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { fakeRuntime } from '@sitemessage/core/testing';
import { describe, expect, it } from 'vitest';
import { smtp } from '../src/index.ts';
import { sandboxed } from './sandboxed.ts';
import { startScriptedServer } from './scripted-server.ts';

const running = sandboxed();
const orderShipped = defineMessageType<{ id: number }>({
  alias: 'order_shipped',
  title: 'Order shipped',
  render: {
    smtp: ({ id }, { links }) => ({
      subject: `Order ${id}`,
      html: html`<p>Order <b>${id}</b> is on its way.</p>`,
      unsubscribeUrl: links.unsubscribe,
      smtp: { headers: { 'X-Order': String(id) } },
    }),
  },
});

/** Makes a site with a fake clock. */
function setUp(options: Partial<Parameters<typeof smtp>[0]> = {}) {
  const runtime = fakeRuntime();
  const events: SitemessageEvent[] = [];
  const site = createSitemessage({
    runtime,
    storage: memoryStorage({ runtime }),
    messengers: [smtp({ ...running.sandbox.smtp.options, ...options })],
    messageTypes: [orderShipped],
    links: ({ address }) => ({ unsubscribe: `https://example.com/u/${encodeURIComponent(address)}` }),
  });
  site.onEvent((event) => events.push(event));
  return { site, runtime, events };
}

describe('a site with SMTP', () => {
  it('delivers a rendered message, and says why the server refused a recipient', async () => {
    const { site, events } = setUp();
    running.sandbox.smtp.fail({ at: 'rcpt', reply: '550 5.1.1 No such user', to: 'nobody@example.com', times: Number.POSITIVE_INFINITY });
    const people = ['ann@example.com', 'nobody@example.com', 'zoë@bücher.example'];
    await site.scheduleMessages(orderShipped({ id: 7 }), site.recipients('smtp', people));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 2, failed: 1, error: 0 });

    const sent = events.filter((event) => event.type === 'sent');
    expect(
      running.sandbox.inbox
        .all()
        .map(({ address }) => address)
        .toSorted(),
    ).toEqual(['ann@example.com', 'zoë@xn--bcher-kva.example']);
    for (const { dispatch } of sent) {
      const [mail] = running.sandbox.inbox.to(dispatch.address);
      expect(mail).toMatchObject({ subject: 'Order 7', text: 'Order 7 is on its way.', headers: { 'x-order': '7' } });
      expect(mail?.headers['message-id']).toBe(`<${dispatch.id}@example.com>`);
      expect(mail?.headers['list-unsubscribe']).toBe(`<https://example.com/u/${encodeURIComponent(dispatch.address)}>`);
    }
    expect(events.find((event) => event.type === 'failed')).toMatchObject({
      dispatch: { address: 'nobody@example.com' },
      recipientGone: true,
      error: { kind: 'permanent', code: 'smtp_recipient_unknown', message: 'The server answered 550 5.1.1 No such user' },
    });
    await site.close();
  });

  it('has as many connections as `connections` says when there is work, and no more', async () => {
    const { site } = setUp({ connections: 2 });
    const open: number[] = [];
    const to = (): boolean => {
      open.push(running.sandbox.smtp.emulator.connections());
      return false;
    };
    running.sandbox.smtp.fail({ at: 'rcpt', reply: '550 Never', to });
    const people = Array.from({ length: 12 }, (_, index) => `r${index}@example.com`);
    await site.scheduleMessages('Hello', site.recipients('smtp', people));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 12 });
    expect(Math.max(...open)).toBe(2);
    await site.close();
  });

  it('tries a greylisting server again after five minutes, and not before', async () => {
    const { site, runtime } = setUp();
    running.sandbox.smtp.greylist('ann@example.com');
    await site.scheduleMessages('Hello', site.recipients('smtp', 'ann@example.com'));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 0, error: 1 });
    await runtime.advance(5 * 60_000 - 1);
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 0, error: 0 });
    await runtime.advance(1);
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 1, error: 0 });
    expect(running.sandbox.inbox.to('ann@example.com')).toHaveLength(1);
    await site.close();
  });

  it('pauses with a wrong password, and uses up no attempt', async () => {
    const { site } = setUp({ password: 'not-the-password' });
    await site.scheduleMessages('Hello', site.recipients('smtp', 'ann@example.com'));
    const report = await site.sendScheduledMessages();
    expect(report).toMatchObject({ sent: 0, failed: 0, paused: { smtp: { kind: 'configuration', code: 'smtp_login_refused' } } });
    const [dispatch] = await Array.fromAsync(site.list());
    expect(dispatch).toMatchObject({ status: 'pending', attempt: 0 });
    await site.close();
  });

  it('schedules nothing when one address is bad, and says which', async () => {
    const { site } = setUp();
    const scheduling = site.scheduleMessages(
      'Hello',
      site.recipients('smtp', ['ann@example.com', 'bob@example.com\r\nBcc: eve@example.com']),
    );
    await expect(scheduling).rejects.toMatchObject({
      kind: 'address',
      code: 'smtp_address',
      message: expect.stringContaining('Recipient 2 of "smtp"'),
    });
    expect(await Array.fromAsync(site.list())).toEqual([]);
    await site.close();
  });

  it('sends a test message past the queue', async () => {
    const { site } = setUp();
    await site.sendTestMessage('smtp', 'ann@example.com', 'Does it work?');
    expect(running.sandbox.inbox.to('ann@example.com')).toMatchObject([{ subject: 'Does it work?', text: 'Does it work?' }]);
    await site.close();
  });
});

it('a server that hangs up on every mail gets a few connections, and then none until the deferral ends', async () => {
  await using server = await startScriptedServer((line) => (line.startsWith('MAIL') ? { closes: true } : null));
  const runtime = fakeRuntime();
  const site = createSitemessage({
    runtime,
    storage: memoryStorage({ runtime }),
    messengers: [smtp({ host: '127.0.0.1', port: server.port, tls: 'none', from: 'shop@example.com' })],
  });
  const deferred: SitemessageEvent[] = [];
  site.onEvent((event) => event.type === 'deferred' && deferred.push(event));
  const people = Array.from({ length: 200 }, (_, index) => `r${index}@example.com`);
  await site.scheduleMessages(plain({ text: 'Hello' }), site.recipients('smtp', people));
  expect(await site.sendScheduledMessages()).toMatchObject({ sent: 0, failed: 0 });
  expect(deferred[0]).toMatchObject({ messenger: 'smtp', scope: 'messenger', error: { code: 'smtp_connection' } });
  // One for each of the five mails in flight, and for the mails that followed before the second connection
  // broke.
  expect(server.heard().match(/EHLO/g)?.length).toBeLessThanOrEqual(12);
  await site.close();
});
