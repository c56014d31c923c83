import type { Attachment } from '@sitemessage/core';
import { delivery, rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { twitter } from '../src/index.ts';
import { pollingPause } from '../src/media.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('twitter');
const messenger = () => twitter(running.sandbox.twitter.options);
const png: Attachment = { filename: 'a.PNG', content: new Uint8Array([1, 2, 3]) };
const video: Attachment = { filename: 'a.mp4', content: new Uint8Array([4, 5, 6]) };
const gif: Attachment = { filename: 'a.gif', content: 'GIF89a' };

describe('attachments', () => {
  it.each<readonly [string, readonly Attachment[], readonly string[]]>([
    ['an image', [png], ['image/png']],
    [
      'four images',
      [png, png, { ...png, filename: 'b.jpeg' }, { ...png, filename: 'c.webp' }],
      ['image/png', 'image/png', 'image/jpeg', 'image/webp'],
    ],
    ['an image by its type', [{ ...png, filename: 'photo', contentType: 'Image/JPEG; q=1' }], ['image/jpeg']],
    ['a GIF', [gif], ['image/gif']],
    ['a video', [video], ['video/mp4']],
    ['a QuickTime video', [{ ...video, filename: 'a.mov' }], ['video/quicktime']],
  ])('such as %s are uploaded and shown by the post', async (_, attachments, types) => {
    await sendOne(messenger(), { text: 'Look', attachments });
    const [post] = running.sandbox.inbox.all();
    expect(post).toMatchObject({ text: 'Look' });
    expect(post?.attachments.map(({ contentType }) => contentType)).toEqual(types);
    expect(post?.attachments.map(({ content }) => [...content])).toEqual(
      attachments.map(({ content }) => [...Buffer.from(content as Uint8Array)]),
    );
  });

  it('need no text, and can go with a mention alone', async () => {
    await sendOne(messenger(), { text: '', attachments: [png] });
    await sendOne(messenger(), { text: ' ', attachments: [png] }, '@ann');
    expect(running.sandbox.inbox.all().map(({ raw }) => JSON.parse(raw))).toEqual([
      { media: { media_ids: [expect.any(String)] } },
      { text: '@ann', media: { media_ids: [expect.any(String)] } },
    ]);
  });

  it('are uploaded in chunks of a mebibyte, in order', async () => {
    const content = Buffer.from(Array.from({ length: 2_500_000 }, (_, index) => (index >> 10) % 251));
    await sendOne(messenger(), { text: 'Look', attachments: [{ filename: 'a.png', content }] });
    const [post] = running.sandbox.inbox.all();
    expect(content.equals(post?.attachments[0]?.content ?? new Uint8Array())).toBe(true);
    // `initialize`, three chunks, `finalize`, and the post.
    expect(running.sandbox.twitter.requests()).toBe(6);
  });

  it('are shown by the first post of a thread', async () => {
    const thread = twitter({ ...running.sandbox.twitter.options, onTooLong: 'thread' });
    await sendOne(thread, { text: 'word '.repeat(100), attachments: [png] });
    expect(running.sandbox.inbox.all().map(({ attachments }) => attachments.length)).toEqual([1, 0]);
  });

  it.each<readonly [string, readonly Attachment[]]>([
    ['a text', [{ filename: 'a.txt', content: 'Hello' }]],
    ['what has no type', [{ filename: 'png', content: 'Hello' }]],
    ['what has another type', [{ ...png, contentType: 'image/svg+xml' }]],
    ['an empty file', [{ ...png, content: '' }]],
    ['five images', [png, png, png, png, png]],
    ['two videos', [video, video]],
    ['a GIF beside an image', [png, gif]],
    ['an image of more than 5 MiB', [{ ...png, content: new Uint8Array(5 * 1024 * 1024 + 1) }]],
    ['a GIF of more than 15 MiB', [{ ...gif, content: new Uint8Array(15 * 1024 * 1024 + 1) }]],
  ])('such as %s are refused for good, without a request', async (_, attachments) => {
    expect(await rejection(sendOne(messenger(), { text: 'Look', attachments }))).toMatchObject({
      kind: 'permanent',
      code: 'twitter_media',
    });
    expect(running.sandbox.twitter.requests()).toBe(0);
  });
});

it('an attachment of an unknown type is refused with a list of the types that X shows', async () => {
  const { message } = await rejection(sendOne(messenger(), { attachments: [{ filename: 'a.txt', content: 'Hello' }] }));
  expect(message).toBe(
    '"a.txt" is of a type that X does not show. X shows image/jpeg, image/png, image/webp, image/gif, video/mp4, video/quicktime.',
  );
});

describe('an upload', () => {
  const sent = () => sendOne(messenger(), { text: 'Look', attachments: [video] });

  it('waits until X has processed it', async () => {
    running.sandbox.twitter.process({ polls: 3 });
    await sent();
    // `initialize`, one chunk, `finalize`, three status requests, and the post.
    expect(running.sandbox.twitter.requests()).toBe(7);
  });

  it.each([
    [undefined, 1_000],
    [0, 1_000],
    [-5, 1_000],
    [Number.NaN, 1_000],
    ['7', 1_000],
    [2.5, 2_500],
    [60, 60_000],
    [1e7, 60_000],
  ])('takes a pause of %s s as %s ms', (seconds, ms) => {
    expect(pollingPause(seconds)).toBe(ms);
  });

  it.each([0, 1e7])('asks for the status after a second at the earliest when X says %d', async (checkAfterSecs) => {
    running.sandbox.twitter.process({ checkAfterSecs });
    const stop = new AbortController();
    const session = await messenger().open({ signal: new AbortController().signal });
    const error = rejection(session.send(delivery('', { text: 'Look', attachments: [video] }), stop));
    await expect.poll(() => running.sandbox.twitter.requests()).toBe(3);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(running.sandbox.twitter.requests()).toBe(3);
    stop.abort();
    await error;
    await session.close?.();
  });

  it('that X cannot process is refused for good', async () => {
    running.sandbox.twitter.process({ state: 'failed' });
    expect(await rejection(sent())).toMatchObject({ kind: 'permanent', code: 'twitter_media' });
    expect(running.sandbox.inbox.all()).toEqual([]);
  });

  it.each(['initialize', 'append', 'finalize', 'upload'])('that fails at %s is transient, because nothing is posted', async (method) => {
    const { twitter: emulator } = running.sandbox;
    const outcomes: unknown[] = [];
    for (const fault of [
      { drop: true } as const,
      { at: 'taken', drop: true } as const,
      { reply: { status: 500, body: { title: 'Internal Server Error' } } },
      { reply: { status: 502, body: '<h1>Bad Gateway</h1>' } },
    ]) {
      emulator.fail({ ...fault, method });
      const { kind, code } = await rejection(sent());
      outcomes.push([kind, code]);
    }
    expect(outcomes).toEqual([
      ['transient', 'http_interrupted'],
      ['transient', 'http_interrupted'],
      ['transient', 'twitter_internal'],
      ['transient', 'twitter_unreadable'],
    ]);
    expect(running.sandbox.inbox.all()).toEqual([]);
  });

  it('that X refuses keeps the error of X', async () => {
    running.sandbox.twitter.refuse({ status: 402, title: 'CreditsDepleted' }, { method: 'append' });
    expect(await rejection(sent())).toMatchObject({ kind: 'configuration', code: 'twitter_credits' });
    running.sandbox.twitter.fail({ reply: { status: 413, body: 'Too large' }, method: 'append' });
    expect(await rejection(sent())).toMatchObject({ kind: 'permanent', code: 'twitter_media' });
  });

  it.each([{}, { data: {} }, { data: { id: 7 } }, { data: { id: '../tweets' } }])('without an id is transient: %j', async (body) => {
    running.sandbox.twitter.fail({ reply: { status: 200, body }, method: 'initialize' });
    expect(await rejection(sent())).toMatchObject({ kind: 'transient', code: 'twitter_unreadable' });
    expect(running.sandbox.twitter.requests()).toBe(1);
  });

  it('ends at once when it is aborted while X processes it, and leaves no timer', async () => {
    running.sandbox.twitter.process({ checkAfterSecs: 3_600 });
    const session = await messenger().open({ signal: new AbortController().signal });
    const stop = new AbortController();
    const timers = () => process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
    const before = timers();
    const error = rejection(session.send(delivery('', { text: 'Look', attachments: [video] }), { signal: stop.signal }));
    await expect.poll(() => running.sandbox.twitter.requests()).toBe(3);
    // The timer starts when the last reply was read.
    await expect.poll(() => timers()).toBeGreaterThan(before);
    stop.abort();
    expect(await error).toMatchObject({ kind: 'transient', code: expect.stringMatching(/^(twitter|http)_aborted$/) });
    await session.close?.();
    await expect.poll(() => timers()).toBeLessThanOrEqual(before + 1);
  });
});
