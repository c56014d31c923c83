import { createSitemessage, defineMessageType, html, type SitemessageEvent } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { startSandbox } from '@sitemessage/sandbox';
import { sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { telegram } from '../src/index.ts';

const running = sandboxed('telegram');
const arrived = () =>
  running.sandbox.inbox
    .all()
    .map(({ address, text }) => ({ address, text }))
    .toSorted((a, b) => a.address.localeCompare(b.address));

describe('a site with Telegram', () => {
  it('sends a text to a person and to a channel', async () => {
    const site = createSitemessage({ storage: memoryStorage(), messengers: [telegram(running.sandbox.telegram.options)] });
    await site.scheduleMessages('Hi there!', site.recipients('telegram', ['12345678', '@mychannel']));
    expect(arrived()).toEqual([]);
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 2, failed: 0, error: 0, paused: {} });
    expect(arrived()).toEqual([
      { address: '@mychannel', text: 'Hi there!' },
      { address: '12345678', text: 'Hi there!' },
    ]);
    await site.close();
  });

  it('can be made from options by alias', async () => {
    const { token, apiRoot } = running.sandbox.telegram.options;
    const site = createSitemessage({ storage: memoryStorage(), messengers: { telegram: { token, apiRoot } } });
    await site.scheduleMessages('Hi there!', site.recipients('telegram', 12_345_678));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 1 });
    expect(arrived()).toEqual([{ address: '12345678', text: 'Hi there!' }]);
    await site.close();
  });

  it('can have a second bot under another alias', async () => {
    await using other = await startSandbox({ protocols: ['telegram'] });
    const messengers = [telegram(running.sandbox.telegram.options), telegram({ ...other.telegram.options, alias: 'alerts' })];
    const site = createSitemessage({ storage: memoryStorage(), messengers });
    await site.scheduleMessages('To all', [
      { messenger: 'telegram', addresses: [1] },
      { messenger: 'alerts', addresses: [2] },
    ]);
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 2 });
    expect(arrived()).toEqual([{ address: '1', text: 'To all' }]);
    expect(other.inbox.all()).toMatchObject([{ address: '2', text: 'To all' }]);
    await site.close();
  });

  it('renders a different content for Telegram, with its Telegram part', async () => {
    const shipped = defineMessageType<{ id: number; name: string }>({
      alias: 'order_shipped',
      title: 'Order shipped',
      render: {
        default: ({ id }) => ({ text: `Order ${id}` }),
        telegram: ({ id, name }) => ({ html: html`Order <b>${id}</b> for ${name}`, telegram: { silent: true } }),
      },
    });
    const site = createSitemessage({
      storage: memoryStorage(),
      messengers: [telegram(running.sandbox.telegram.options)],
      messageTypes: [shipped],
    });
    await site.scheduleMessages(shipped({ id: 7, name: '<i>Ann & "Bob"</i>' }), site.recipients('telegram', 1));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 1 });
    expect(arrived()).toEqual([{ address: '1', text: 'Order 7 for <i>Ann & "Bob"</i>' }]);
    expect(JSON.parse(running.sandbox.inbox.all()[0]?.raw ?? '')).toMatchObject({ disable_notification: true, parse_mode: 'HTML' });
    await site.close();
  });

  it('skips a user who blocked the bot, and reports the address', async () => {
    const site = createSitemessage({ storage: memoryStorage(), messengers: [telegram(running.sandbox.telegram.options)] });
    const events: SitemessageEvent[] = [];
    site.onEvent((event) => events.push(event));
    running.sandbox.telegram.refuse({ error_code: 403, description: 'Forbidden: bot was blocked by the user' });
    await site.scheduleMessages('Hi', site.recipients('telegram', [1, 2, 3]));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 2, failed: 1 });
    const failed = events.filter((event) => event.type === 'failed');
    expect(failed).toMatchObject([{ recipientGone: true, error: { kind: 'permanent', code: 'telegram_blocked' } }]);
    expect(arrived().map(({ address }) => address)).not.toContain(failed[0]?.dispatch.address);
    await site.close();
  });

  it('pauses with a revoked token, and uses an attempt only for the dispatch that met it', async () => {
    const site = createSitemessage({ storage: memoryStorage(), messengers: [telegram(running.sandbox.telegram.options)] });
    running.sandbox.telegram.refuse({ error_code: 401, description: 'Unauthorized' }, { times: Number.POSITIVE_INFINITY });
    await site.scheduleMessages('Hi', site.recipients('telegram', 1));
    expect(await site.sendScheduledMessages()).toMatchObject({
      sent: 0,
      failed: 0,
      paused: { telegram: { kind: 'configuration', code: 'telegram_token' } },
    });
    await site.close();
  });

  it('schedules nothing when an address is wrong, and names it', async () => {
    const site = createSitemessage({ storage: memoryStorage(), messengers: [telegram(running.sandbox.telegram.options)] });
    await expect(site.scheduleMessages('Hi', { messenger: 'telegram', addresses: ['@mychannel', 'ann'] })).rejects.toMatchObject({
      kind: 'address',
      code: 'telegram_address',
      message: expect.stringContaining('Recipient 2 of "telegram"'),
    });
    expect(await Array.fromAsync(site.list())).toEqual([]);
    await site.close();
  });

  it('sends a test message without the queue', async () => {
    const site = createSitemessage({ storage: memoryStorage(), messengers: [telegram(running.sandbox.telegram.options)] });
    await site.sendTestMessage('telegram', '@mychannel', 'Does it work?');
    expect(arrived()).toEqual([{ address: '@mychannel', text: 'Does it work?' }]);
    await site.close();
  });
});
