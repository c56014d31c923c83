import type { Storage } from '@sitemessage/core/storage';
import { describe, expect, it, vi } from 'vitest';
import { as, bare, setUp, user } from './set-up.ts';

/** The first bytes of a GIF of one pixel. */
const gif = Buffer.from('GIF89a\x01\0\x01\0', 'latin1');

describe('the pixel', () => {
  it('reports once that the message was read', async () => {
    const { get, links, dispatched, events, storage } = setUp();
    await dispatched();
    const response = await get(links(user).pixel);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/gif');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(Buffer.from(await response.arrayBuffer()).subarray(0, gif.length)).toEqual(gif);
    await get(links(user).pixel);
    expect(events).toMatchObject([{ type: 'reported', outcome: 'read', dispatch: { id: 'dispatch-1', type: 'news', ...user } }]);
    expect((await storage.queue.find('dispatch-1'))?.outcomes).toEqual({ read: expect.any(Number) });
  });

  it('reports nothing for HEAD', async () => {
    const { ask, links, dispatched, events } = setUp();
    await dispatched();
    expect((await ask('HEAD', links(user).pixel)).status).toBe(200);
    expect(events).toEqual([]);
  });

  it('is sent for a message that was deleted too', async () => {
    const onError = vi.fn();
    const { get, links, events } = setUp({ web: { onError } });
    expect((await get(links(user).pixel)).status).toBe(200);
    expect(events).toEqual([]);
    expect(onError).not.toHaveBeenCalled();
  });

  it('is the same image for every other token, and reports nothing', async () => {
    const { get, links, dispatched, events } = setUp();
    const good = await (await get(links(user).pixel)).arrayBuffer();
    await dispatched();
    for (const link of [as('pixel', links(user).unsubscribe), as('pixel', links(user).preferences), `${links(user).pixel}A`]) {
      const response = await get(link);
      expect(response.status).toBe(200);
      expect(await response.arrayBuffer()).toEqual(good);
    }
    expect(events).toEqual([]);
  });

  it.each(['unsubscribe', 'resubscribe', 'preferences', 'api/unsubscribe', 'api/resubscribe', 'api/preferences'])(
    'is not a link to %s',
    async (path) => {
      const { ask, links, subscribe, subscriptions } = setUp();
      await subscribe(bare);
      for (const method of ['GET', 'POST', 'PUT']) {
        const body =
          method === 'GET' ? {} : { body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click', confirm: 'yes', shown: 'news/mail' }) };
        expect((await ask(method, as(path, links(bare).pixel), body)).status).toBe(404);
      }
      expect(await subscriptions()).toEqual(['news mail <bob@example.com>']);
    },
  );

  it('is sent too when reporting fails', async () => {
    const failed = new Error('disk full');
    const onError = vi.fn();
    const wrap = (storage: Storage): Storage => ({ ...storage, queue: { ...storage.queue, find: () => Promise.reject(failed) } });
    const { get, links } = setUp({ wrap, web: { onError } });
    expect((await get(links(user).pixel)).status).toBe(200);
    expect(onError.mock.calls).toEqual([[failed]]);
  });
});
