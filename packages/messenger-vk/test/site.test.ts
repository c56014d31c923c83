import { createSitemessage, defineMessageType, type SitemessageEvent } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { fakeRuntime } from '@sitemessage/core/testing';
import { sandboxed, whileTimePasses } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { type VkOptions, vk } from '../src/index.ts';

const running = sandboxed('vk');
const dayMs = 24 * 60 * 60_000;
const news = defineMessageType<{ id: number }>({
  alias: 'news',
  title: 'News',
  render: { vk: ({ id }) => ({ text: `News ${id}`, link: `https://example.com/${id}` }) },
});

/** A site with a clock that the test advances. */
function setUp(options: Partial<VkOptions> = {}) {
  const runtime = fakeRuntime();
  const events: SitemessageEvent[] = [];
  const site = createSitemessage({
    runtime,
    storage: memoryStorage({ runtime }),
    messengers: [vk({ ...running.sandbox.vk.options, ...options })],
    messageTypes: [news],
  });
  site.onEvent((event) => events.push(event));
  const sendAll = () => whileTimePasses(runtime, site.sendScheduledMessages());
  return { site, runtime, events, sendAll };
}

describe('a site with VK', () => {
  it('posts a message on the wall of a user', async () => {
    const { site, events } = setUp();
    await site.scheduleMessages('Hi there!', site.recipients('vk', '12345'));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 1, failed: 0, error: 0 });
    expect(running.sandbox.inbox.all()).toMatchObject([{ protocol: 'vk', address: '12345', from: '100001', text: 'Hi there!' }]);
    const [sent] = events.filter((event) => event.type === 'sent');
    expect(sent).toMatchObject({ providerId: '12345_1' });
    expect(running.sandbox.inbox.all()[0]?.headers.guid).toBe(sent?.dispatch.id);
    await site.close();
  });

  it('posts a URL on the wall of a community, in its name', async () => {
    const { site } = setUp();
    await site.scheduleMessages('https://example.com/news', site.recipients('vk', '-12345'));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 1, failed: 0, error: 0 });
    expect(running.sandbox.inbox.all()).toMatchObject([
      { address: '-12345', from: '-12345', text: 'https://example.com/news', headers: { attachments: 'https://example.com/news' } },
    ]);
    await site.close();
  });

  it('sends a private message in the name of a community', async () => {
    const { site, events } = setUp({ accessToken: running.sandbox.vk.tokens.community, requestsPerSecond: 20 });
    await site.scheduleMessages(news({ id: 7 }), site.recipients('vk', { peer: 12345 }));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 1, failed: 0, error: 0 });
    expect(running.sandbox.inbox.all()).toMatchObject([
      { address: 'peer:12345', from: '-200001', text: 'News 7\nhttps://example.com/7', headers: { method: 'messages.send' } },
    ]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'sent', providerId: 'peer:12345_1' }));
    await site.close();
  });

  it('sends one message to walls and peers, at the pace of the token', async () => {
    const { site, runtime, sendAll } = setUp();
    await site.scheduleMessages(news({ id: 7 }), site.recipients('vk', [1, -1, { peer: 1 }, 2, -2, { peer: 2 }, 3]));
    const before = runtime.now();
    expect(await sendAll()).toMatchObject({ sent: 7 });
    expect(runtime.now() - before).toBeGreaterThanOrEqual(6 * 334);
    expect(
      running.sandbox.inbox
        .all()
        .map(({ address }) => address)
        .toSorted(),
    ).toEqual(['-1', '-2', '1', '2', '3', 'peer:1', 'peer:2']);
    await site.close();
  });

  it('repeats after a broken connection, and the message arrives once', async () => {
    const { site, runtime } = setUp();
    running.sandbox.vk.fail({ at: 'taken', drop: true });
    await site.scheduleMessages('Hi there!', site.recipients('vk', { peer: 12345 }));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 0, error: 1 });
    await runtime.advance(60_000);
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 1, error: 0 });
    expect(running.sandbox.vk.requests()).toBe(2);
    expect(running.sandbox.inbox.all()).toHaveLength(1);
    await site.close();
  });

  it('waits a day for a wall with too many posts, and continues with the others', async () => {
    const { site, runtime, sendAll } = setUp();
    running.sandbox.vk.refuse({ error_code: 214, error_msg: 'Access to adding post denied: you can only add 50 posts a day' });
    await site.scheduleMessages('Hi there!', site.recipients('vk', [1, 2]));
    expect(await sendAll()).toMatchObject({ sent: 1, failed: 0 });
    await runtime.advance(dayMs - 60_000);
    expect(await sendAll()).toMatchObject({ sent: 0 });
    await runtime.advance(60_000);
    expect(await sendAll()).toMatchObject({ sent: 1 });
    const dispatches = await Array.fromAsync(site.list());
    expect(dispatches.map(({ attempt }) => attempt)).toEqual([1, 1]);
    await site.close();
  });

  it('pauses for a captcha, and uses an attempt only for the dispatch that met it', async () => {
    const { site, runtime, sendAll } = setUp();
    const lift = running.sandbox.vk.captcha();
    await site.scheduleMessages('Hi there!', site.recipients('vk', [1, 2, 3]));
    expect(await sendAll()).toMatchObject({ sent: 0, failed: 0, paused: { vk: { code: 'vk_14' } } });
    lift();
    await runtime.advance(60_000);
    expect(await sendAll()).toMatchObject({ sent: 3 });
    const dispatches = await Array.fromAsync(site.list());
    expect(dispatches.map(({ attempt }) => attempt).toSorted()).toEqual([1, 1, 2]);
    await site.close();
  });

  it('pauses when a gateway redirects, and sends everything when VK is back', async () => {
    const { site, runtime, sendAll } = setUp();
    running.sandbox.vk.fail({ reply: { status: 302, headers: { location: 'http://login.example.com/' } } });
    await site.scheduleMessages('Hi there!', site.recipients('vk', [1, 2, 3]));
    expect(await sendAll()).toMatchObject({ failed: 0, paused: { vk: { code: 'vk_gateway' } } });
    await runtime.advance(60_000);
    await sendAll();
    expect(running.sandbox.inbox.all()).toHaveLength(3);
    await site.close();
  });

  it('schedules nothing when an address is wrong, and names it', async () => {
    const { site } = setUp();
    const scheduling = site.scheduleMessages('Hi there!', site.recipients('vk', [12345, '007']));
    await expect(scheduling).rejects.toMatchObject({ kind: 'address', message: expect.stringContaining('Recipient 2 of "vk"') });
    expect(await Array.fromAsync(site.list())).toEqual([]);
    await site.close();
  });

  it('sends a test message without the queue', async () => {
    const { site } = setUp();
    await site.sendTestMessage('vk', -12345, 'Does it work?');
    expect(running.sandbox.inbox.all()).toMatchObject([{ address: '-12345', text: 'Does it work?' }]);
    await site.close();
  });
});
