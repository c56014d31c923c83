import { delivery, never, sandboxed, startRecordingServer, withSession } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { fb } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('fb');
const counts = () => ({ requests: running.sandbox.fb.requests(), connected: running.sandbox.fb.connected() });

describe('a session', () => {
  it('makes one request for each post, over one connection', async () => {
    await withSession(fb(running.sandbox.fb.options), async (session) => {
      for (const text of ['One', 'Two', 'https://example.com/3', 'Four', 'Five']) await session.send(delivery('', { text }), never());
    });
    expect(counts()).toEqual({ requests: 5, connected: 1 });
  });

  it('keeps its connection when Facebook refuses', async () => {
    await withSession(fb(running.sandbox.fb.options), async (session) => {
      running.sandbox.fb.refuse({ code: 100 });
      await expect(session.send(delivery(''), never())).rejects.toMatchObject({ code: 'fb_100' });
      await session.send(delivery(''), never());
    });
    expect(counts()).toEqual({ requests: 2, connected: 1 });
  });

  it('makes no request when it is opened, and leaves no connection', async () => {
    await withSession(fb(running.sandbox.fb.options), async () => undefined);
    expect(counts()).toEqual({ requests: 0, connected: 0 });
  });
});

describe('a request', () => {
  const pageAccessToken = 'EAAtapped-token';

  it('is a form for one page and one version, with the token in its header only', async () => {
    await using tap = await startRecordingServer({ id: '7_8' });
    expect(await sendOne(fb({ pageId: 7, pageAccessToken, apiRoot: tap.url }))).toEqual({ providerId: '7_8' });
    const [request] = tap.requests;
    expect(tap.requests).toHaveLength(1);
    expect(request).toMatchObject({
      verb: 'POST',
      url: '/v26.0/7/feed',
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8', authorization: `Bearer ${pageAccessToken}` },
      body: 'message=Hello',
    });
  });

  it('has the version of the options', async () => {
    await using tap = await startRecordingServer({ id: '7_8' });
    await sendOne(fb({ pageId: '7', pageAccessToken, apiRoot: `${tap.url}/proxied/`, version: 'v25.0' }), '9');
    expect(tap.requests[0]?.url).toBe('/proxied/v25.0/9/feed');
  });
});
