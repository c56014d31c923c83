import type { LinkSubject } from '@sitemessage/core';
import { describe, expect, it, vi } from 'vitest';
import { as, bare, setUp, user } from './set-up.ts';

/** The head of a GIF that is one pixel wide and high. */
const gif = Buffer.from('GIF89a\x01\0\x01\0', 'latin1');

describe('the pixel', () => {
  it('tells which message was read, and by whom', async () => {
    const onRead = vi.fn<(message: LinkSubject) => void>();
    const { get, links } = setUp({ web: { onRead } });
    const response = await get(links(user).pixel);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/gif');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(Buffer.from(await response.arrayBuffer()).subarray(0, gif.length)).toEqual(gif);
    expect(onRead.mock.calls).toEqual([[{ dispatchId: 'dispatch-1', type: 'news', ...user }]]);
  });

  it('is not read by HEAD', async () => {
    const onRead = vi.fn();
    const { ask, links } = setUp({ web: { onRead } });
    expect((await ask('HEAD', links(user).pixel)).status).toBe(200);
    expect(onRead).not.toHaveBeenCalled();
  });

  it('is the same image for every other token, and tells nobody', async () => {
    const onRead = vi.fn();
    const { get, links } = setUp({ web: { onRead } });
    const good = await (await get(links(user).pixel)).arrayBuffer();
    onRead.mockClear();
    for (const link of [as('pixel', links(user).unsubscribe), as('pixel', links(user).preferences), `${links(user).pixel}A`]) {
      const response = await get(link);
      expect(response.status).toBe(200);
      expect(await response.arrayBuffer()).toEqual(good);
    }
    expect(onRead).not.toHaveBeenCalled();
  });

  it.each(['unsubscribe', 'resubscribe', 'preferences', 'api/unsubscribe', 'api/resubscribe', 'api/preferences'])(
    'is no link to %s',
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

  it('comes also when the application fails to note it', async () => {
    const failed = new Error('disk full');
    const onError = vi.fn();
    const { get, links } = setUp({ web: { onRead: () => Promise.reject(failed), onError } });
    expect((await get(links(user).pixel)).status).toBe(200);
    expect(onError.mock.calls).toEqual([[failed]]);
  });
});
