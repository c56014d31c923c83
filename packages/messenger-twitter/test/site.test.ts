import { type AnyMessageType, createSitemessage, defineMessageType, type SitemessageEvent } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { fakeRuntime } from '@sitemessage/core/testing';
import { sandboxed, whileTimePasses } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { type TwitterOptions, twitter } from '../src/index.ts';

const running = sandboxed('twitter');
const minute = 60_000;
const news = defineMessageType<{ id: number }>({
  alias: 'news',
  title: 'News',
  render: { twitter: ({ id }) => ({ text: `News ${id}`, attachments: [{ filename: `${id}.png`, content: 'PNG' }] }) },
});

/** A site with a clock that the test advances. */
function setUp(options: TwitterOptions = running.sandbox.twitter.options, ...types: readonly AnyMessageType[]) {
  const runtime = fakeRuntime();
  const events: SitemessageEvent[] = [];
  const site = createSitemessage({
    runtime,
    storage: memoryStorage({ runtime }),
    messengers: [twitter(options)],
    messageTypes: [news, ...types],
  });
  site.onEvent((event) => events.push(event));
  const sendAll = () => whileTimePasses(runtime, site.sendScheduledMessages());
  const attempts = async () => (await Array.fromAsync(site.list())).map(({ status, attempt }) => [status, attempt]);
  return { site, runtime, events, sendAll, attempts };
}

describe('a site with X', () => {
  it('posts a tweet', async () => {
    const { site, events } = setUp();
    await site.scheduleMessages('My tweet.', site.recipients('twitter', ''));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 1, failed: 0, error: 0 });
    expect(running.sandbox.inbox.all()).toMatchObject([
      { protocol: 'twitter', address: '', text: 'My tweet.', raw: '{"text":"My tweet."}' },
    ]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'sent', providerId: expect.stringMatching(/^\d{19}$/) }));
    await site.close();
  });

  it('posts a tweet that mentions an account, with or without the @', async () => {
    const { site } = setUp();
    await site.scheduleMessages('Hey, that is my tweet for you!', site.recipients('twitter', ['idlesign', '@Somebody']));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 2, failed: 0, error: 0 });
    expect(
      running.sandbox.inbox
        .all()
        .map(({ raw }) => JSON.parse(raw).text)
        .toSorted(),
    ).toEqual(['@idlesign Hey, that is my tweet for you!', '@somebody Hey, that is my tweet for you!']);
    expect((await Array.fromAsync(site.list())).map(({ address }) => address).toSorted()).toEqual(['@idlesign', '@somebody']);
    await site.close();
  });

  it('posts by OAuth 2.0, refreshes its token, and uses no attempt for it', async () => {
    const { site, sendAll, attempts } = setUp(running.sandbox.twitter.oauth2());
    running.sandbox.twitter.expireTokens();
    await site.scheduleMessages(['One', 'Two'], site.recipients('twitter', ''));
    expect(await sendAll()).toMatchObject({ sent: 2 });
    expect(await attempts()).toEqual([
      ['sent', 1],
      ['sent', 1],
    ]);
    await site.close();
  });

  it('posts rendered messages with an image, in the order of scheduling', async () => {
    const { site, runtime, sendAll } = setUp();
    for (const id of [1, 2, 3]) {
      await site.scheduleMessages(news({ id }), site.recipients('twitter', ''));
      await runtime.advance(1_000);
    }
    expect(await sendAll()).toMatchObject({ sent: 3 });
    expect(running.sandbox.inbox.all().map(({ text, attachments }) => [text, attachments.length])).toEqual([
      ['News 1', 1],
      ['News 2', 1],
      ['News 3', 1],
    ]);
    await site.close();
  });

  it('waits as long as X says, without using an attempt', async () => {
    const { site, runtime, sendAll, attempts } = setUp();
    const now = 1_800_000_000;
    const headers = { date: new Date(now * 1_000).toUTCString(), 'x-rate-limit-reset': String(now + 600) };
    running.sandbox.twitter.refuse({ status: 429, title: 'Too Many Requests', headers });
    await site.scheduleMessages(['One', 'Two'], site.recipients('twitter', ''));
    expect(await sendAll()).toMatchObject({ sent: 0, failed: 0 });
    await runtime.advance(9 * minute);
    expect(await sendAll()).toMatchObject({ sent: 0 });
    await runtime.advance(minute);
    expect(await sendAll()).toMatchObject({ sent: 2 });
    expect(await attempts()).toEqual([
      ['sent', 1],
      ['sent', 1],
    ]);
    await site.close();
  });

  it('counts a post as sent when its connection broke and X refuses the next attempt as a duplicate', async () => {
    const { site, runtime, sendAll, attempts } = setUp();
    running.sandbox.twitter.refuseDuplicates();
    running.sandbox.twitter.fail({ at: 'taken', drop: true });
    await site.scheduleMessages('Hi there!', site.recipients('twitter', ''));
    expect(await sendAll()).toMatchObject({ sent: 0, error: 1 });
    running.sandbox.twitter.refuse({ status: 503, title: 'Service Unavailable' });
    await runtime.advance(10 * minute);
    expect(await sendAll()).toMatchObject({ sent: 0, error: 1 });
    await runtime.advance(10 * minute);
    expect(await sendAll()).toMatchObject({ sent: 1, failed: 0 });
    expect(await attempts()).toEqual([['sent', 3]]);
    expect(running.sandbox.inbox.all()).toHaveLength(1);
    await site.close();
  });

  it('fails for a text that was posted before, and for a thread whose first id was lost', async () => {
    const { site, runtime, sendAll, events } = setUp({ ...running.sandbox.twitter.options, onTooLong: 'thread' });
    const codes = () => events.flatMap((event) => (event.type === 'failed' ? [(event.error as { code?: string }).code] : []));
    running.sandbox.twitter.refuseDuplicates();
    await site.scheduleMessages('Hi there!', site.recipients('twitter', ''));
    await sendAll();
    await site.scheduleMessages('Hi there!', site.recipients('twitter', ''));
    expect(await sendAll()).toMatchObject({ sent: 0, failed: 1 });
    running.sandbox.twitter.fail({ at: 'taken', drop: true });
    await site.scheduleMessages('word '.repeat(100), site.recipients('twitter', ''));
    expect(await sendAll()).toMatchObject({ error: 1 });
    await runtime.advance(10 * minute);
    expect(await sendAll()).toMatchObject({ sent: 0, failed: 1 });
    expect(codes()).toEqual(['twitter_duplicate', 'twitter_duplicate']);
    await site.close();
  });

  it.each([
    [{ status: 429, title: 'Too Many Requests' }, 1],
    [{ status: 402, title: 'CreditsDepleted' }, 2],
  ])('continues a thread that was interrupted by %j, without repeating a post', async (error, attempt) => {
    const { site, runtime, sendAll, attempts } = setUp({ ...running.sandbox.twitter.options, onTooLong: 'thread' });
    running.sandbox.twitter.refuse(error, { skip: 2 });
    await site.scheduleMessages('word '.repeat(200), site.recipients('twitter', ''));
    expect(await sendAll()).toMatchObject({ sent: 0, failed: 0 });
    await runtime.advance(10 * minute);
    expect(await sendAll()).toMatchObject({ sent: 1, failed: 0 });
    expect(await attempts()).toEqual([['sent', attempt]]);
    expect(running.sandbox.inbox.all()).toHaveLength(4);
    await site.close();
  });

  it('posts media without a text', async () => {
    const picture = defineMessageType<object>({
      alias: 'picture',
      title: 'Picture',
      render: { twitter: () => ({ text: '', attachments: [{ filename: 'a.png', content: 'PNG' }] }) },
    });
    const { site, sendAll } = setUp(undefined, picture);
    await site.scheduleMessages(picture({}), site.recipients('twitter', ''));
    expect(await sendAll()).toMatchObject({ sent: 1 });
    expect(running.sandbox.inbox.all()).toMatchObject([{ text: '', attachments: [{ contentType: 'image/png' }] }]);
    await site.close();
  });

  it('pauses when the credits are used up, and loses no message', async () => {
    const { site, runtime, sendAll } = setUp();
    running.sandbox.twitter.refuse({ status: 402, title: 'CreditsDepleted', detail: 'No credits' });
    await site.scheduleMessages(['One', 'Two'], site.recipients('twitter', ''));
    expect(await sendAll()).toMatchObject({ sent: 0, failed: 0, paused: { twitter: { code: 'twitter_credits' } } });
    await runtime.advance(minute);
    expect(await sendAll()).toMatchObject({ sent: 2 });
    await site.close();
  });

  it('schedules nothing when an address is wrong, and names it', async () => {
    const { site } = setUp();
    const scheduling = site.scheduleMessages('Hi there!', site.recipients('twitter', ['ann', 'ann@example.com']));
    await expect(scheduling).rejects.toMatchObject({ kind: 'address', message: expect.stringContaining('Recipient 2 of "twitter"') });
    expect(await Array.fromAsync(site.list())).toEqual([]);
    await site.close();
  });

  it('sends a test message without the queue', async () => {
    const { site } = setUp();
    await site.sendTestMessage('twitter', '', 'Does it work?');
    expect(running.sandbox.inbox.all()).toMatchObject([{ address: '', text: 'Does it work?' }]);
    await site.close();
  });
});
