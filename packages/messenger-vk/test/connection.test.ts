import { delivery, never, sandboxed, startRecordingServer, withSession } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { vk } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('vk');
const messenger = () => vk(running.sandbox.vk.options);

describe('a session', () => {
  it('makes one request for each message, over one connection', async () => {
    await withSession(messenger(), async (session) => {
      for (const address of ['12345', '-12345', 'peer:12345', '12346', 'peer:12346']) await session.send(delivery(address), never());
    });
    expect({ requests: running.sandbox.vk.requests(), connected: running.sandbox.vk.connected() }).toEqual({ requests: 5, connected: 1 });
  });

  it('makes no request when it is opened, and leaves no connection', async () => {
    await withSession(messenger(), async () => undefined);
    expect({ requests: running.sandbox.vk.requests(), connected: running.sandbox.vk.connected() }).toEqual({ requests: 0, connected: 0 });
  });
});

describe('a request', () => {
  it.each([
    ['-12345', '/method/wall.post'],
    ['peer:12345', '/method/messages.send'],
  ])('to %s is a form, with the token in its header only', async (address, path) => {
    await using tap = await startRecordingServer({ response: 7 });
    const { accessToken } = running.sandbox.vk.options;
    await sendOne(vk({ accessToken, apiRoot: tap.url }), address);
    const [request] = tap.requests;
    expect(request).toMatchObject({
      verb: 'POST',
      url: path,
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8', authorization: `Bearer ${accessToken}` },
    });
    expect(request?.body).toContain('v=5.199');
    expect(`${request?.url} ${request?.body}`).not.toContain(accessToken);
  });
});
