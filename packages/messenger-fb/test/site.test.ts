import { createSitemessage, defineMessageType, type SitemessageEvent } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { fakeRuntime } from '@sitemessage/core/testing';
import { sandboxed, whileTimePasses } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { type FbOptions, fb } from '../src/index.ts';

const running = sandboxed('fb');
const minute = 60_000;
const news = defineMessageType<{ id: number }>({
  alias: 'news',
  title: 'News',
  render: { fb: ({ id }) => ({ text: `News ${id}`, link: `https://example.com/${id}` }) },
});

/** A site with a clock that the test advances. */
function setUp(options: Partial<FbOptions> = {}) {
  const runtime = fakeRuntime();
  const events: SitemessageEvent[] = [];
  const site = createSitemessage({
    runtime,
    storage: memoryStorage({ runtime }),
    messengers: [fb({ ...running.sandbox.fb.options, ...options })],
    messageTypes: [news],
  });
  site.onEvent((event) => events.push(event));
  const sendAll = () => whileTimePasses(runtime, site.sendScheduledMessages());
  const attempts = async () => (await Array.fromAsync(site.list())).map(({ status, attempt }) => [status, attempt]);
  return { site, runtime, events, sendAll, attempts };
}

describe('a site with Facebook', () => {
  it('posts a text on the timeline of the page', async () => {
    const { site, events } = setUp();
    await site.scheduleMessages('Hi there!', site.recipients('fb', ''));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 1, failed: 0, error: 0 });
    const { own } = running.sandbox.fb.pages;
    expect(running.sandbox.inbox.all()).toMatchObject([
      { protocol: 'fb', address: own, text: 'Hi there!', headers: { link: '', published: 'true' }, raw: 'message=Hi+there%21' },
    ]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'sent', providerId: expect.stringMatching(`^${own}_\\d+$`) }));
    expect((await Array.fromAsync(site.list())).map(({ address }) => address)).toEqual(['']);
    await site.close();
  });

  it('posts a URL on the timeline of the page, as a link', async () => {
    const { site } = setUp();
    await site.scheduleMessages('https://example.com/news', site.recipients('fb', ''));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 1, failed: 0, error: 0 });
    expect(running.sandbox.inbox.all()).toMatchObject([
      {
        address: running.sandbox.fb.pages.own,
        headers: { link: 'https://example.com/news' },
        raw: 'link=https%3A%2F%2Fexample.com%2Fnews',
      },
    ]);
    await site.close();
  });

  it('posts rendered messages in the order of scheduling', async () => {
    const { site, runtime, sendAll } = setUp();
    for (const id of [1, 2, 3, 4]) {
      await site.scheduleMessages(news({ id }), site.recipients('fb', ''));
      await runtime.advance(1_000);
    }
    expect(await sendAll()).toMatchObject({ sent: 4 });
    expect(running.sandbox.inbox.all().map(({ text, headers }) => `${text} ${headers.link}`)).toEqual(
      [1, 2, 3, 4].map((id) => `News ${id} https://example.com/${id}`),
    );
    await site.close();
  });

  it('fails for another page, and continues with its page', async () => {
    const { site, sendAll, events } = setUp();
    await site.scheduleMessages('Hi there!', site.recipients('fb', [running.sandbox.fb.pages.other, '']));
    expect(await sendAll()).toMatchObject({ sent: 1, failed: 1 });
    expect(events.filter(({ type }) => type === 'paused')).toEqual([]);
    await site.close();
  });

  it('slows down to a post a minute from 90 % usage on', async () => {
    const { site, runtime, sendAll } = setUp();
    running.sandbox.fb.usage(90);
    await site.scheduleMessages(['One', 'Two', 'Three'], site.recipients('fb', ''));
    expect(await sendAll()).toMatchObject({ sent: 1 });
    await runtime.advance(minute - 5_000);
    expect(await sendAll()).toMatchObject({ sent: 0 });
    await runtime.advance(5_000);
    expect(await sendAll()).toMatchObject({ sent: 1 });
    running.sandbox.fb.usage(0);
    await runtime.advance(minute);
    expect(await sendAll()).toMatchObject({ sent: 1 });
    await site.close();
  });

  it('waits as long as Facebook says, without using an attempt', async () => {
    const { site, runtime, sendAll, attempts } = setUp();
    running.sandbox.fb.refuse(
      { code: 80_001 },
      {
        headers: {
          'x-business-use-case-usage': JSON.stringify({ 1: [{ type: 'pages', call_count: 101, estimated_time_to_regain_access: 20 }] }),
        },
      },
    );
    await site.scheduleMessages(['One', 'Two'], site.recipients('fb', ''));
    expect(await sendAll()).toMatchObject({ sent: 0, failed: 0 });
    await runtime.advance(19 * minute);
    expect(await sendAll()).toMatchObject({ sent: 0 });
    await runtime.advance(minute);
    expect(await sendAll()).toMatchObject({ sent: 2 });
    expect(await attempts()).toEqual([
      ['sent', 1],
      ['sent', 1],
    ]);
    await site.close();
  });

  it('fails as a duplicate after a broken connection, and posts once', async () => {
    const { site, runtime, sendAll, events } = setUp();
    running.sandbox.fb.refuseDuplicates();
    running.sandbox.fb.fail({ at: 'taken', drop: true });
    await site.scheduleMessages('Hi there!', site.recipients('fb', ''));
    expect(await sendAll()).toMatchObject({ sent: 0, error: 1 });
    await runtime.advance(10 * minute);
    expect(await sendAll()).toMatchObject({ failed: 1 });
    expect(events).toContainEqual(expect.objectContaining({ type: 'failed', error: expect.objectContaining({ code: 'fb_506' }) }));
    expect(running.sandbox.inbox.all()).toHaveLength(1);
    await site.close();
  });

  it('pauses for an expired token, and loses no message', async () => {
    const { site, runtime, sendAll } = setUp();
    running.sandbox.fb.refuse({ code: 190, error_subcode: 463 });
    await site.scheduleMessages(['One', 'Two'], site.recipients('fb', ''));
    expect(await sendAll()).toMatchObject({ sent: 0, failed: 0, paused: { fb: { code: 'fb_190' } } });
    await runtime.advance(minute);
    expect(await sendAll()).toMatchObject({ sent: 2 });
    await site.close();
  });

  it('schedules nothing when an address is wrong, and names it', async () => {
    const { site } = setUp();
    const scheduling = site.scheduleMessages('Hi there!', site.recipients('fb', ['', '007']));
    await expect(scheduling).rejects.toMatchObject({ kind: 'address', message: expect.stringContaining('Recipient 2 of "fb"') });
    expect(await Array.fromAsync(site.list())).toEqual([]);
    await site.close();
  });

  it('sends a test message without the queue', async () => {
    const { site } = setUp();
    await site.sendTestMessage('fb', '', 'Does it work?');
    expect(running.sandbox.inbox.all()).toMatchObject([{ address: running.sandbox.fb.pages.own, text: 'Does it work?' }]);
    await site.close();
  });
});
