import { delivery, never, sandboxed, startRecordingServer, withSession } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { twitter } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('twitter');
const counts = () => ({ requests: running.sandbox.twitter.requests(), connected: running.sandbox.twitter.connected() });

describe('a session', () => {
  it('makes one request for each post, over one connection, with either login', async () => {
    for (const options of [running.sandbox.twitter.options, running.sandbox.twitter.oauth2()]) {
      const before = counts();
      await withSession(twitter(options), async (session) => {
        for (let page = 0; page < 20; page += 1) await session.send(delivery('', { text: `Page ${page}` }), never());
      });
      expect(counts()).toEqual({ requests: before.requests + 20, connected: before.connected + 1 });
    }
  });

  it('keeps its connection when X refuses', async () => {
    await withSession(twitter(running.sandbox.twitter.options), async (session) => {
      running.sandbox.twitter.refuse({ status: 403, detail: 'duplicate content' });
      await expect(session.send(delivery(''), never())).rejects.toMatchObject({ code: 'twitter_duplicate' });
      await session.send(delivery(''), never());
    });
    expect(counts()).toEqual({ requests: 2, connected: 1 });
  });

  it('makes no request when it is opened, because requests cost money, and leaves no connection', async () => {
    await withSession(twitter(running.sandbox.twitter.options), async () => undefined);
    expect(counts()).toEqual({ requests: 0, connected: 0 });
  });
});

describe('a request', () => {
  const keys = { appKey: 'app-key', appSecret: 'app-secret', accessToken: 'access-token', accessSecret: 'access-secret' };

  it('is JSON, goes to `apiRoot`, and has the token in its header only', async () => {
    await using server = await startRecordingServer({ data: { id: '7', text: 'Hello' } });
    const oauth2 = { clientId: 'client', accessToken: 'access-token' };
    expect(await sendOne(twitter({ oauth2, apiRoot: `${server.url}/proxied/` }))).toEqual({ providerId: '7' });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      verb: 'POST',
      url: '/proxied/2/tweets',
      headers: { 'content-type': 'application/json;charset=UTF-8', authorization: 'Bearer access-token' },
      body: '{"text":"Hello"}',
    });
  });

  it('is signed by OAuth 1.0a, with a new nonce each time and without a secret', async () => {
    await using server = await startRecordingServer({ data: { id: '7', text: 'Hello' } });
    await withSession(twitter({ ...keys, apiRoot: server.url }), async (session) => {
      for (const text of ['One', 'Two']) await session.send(delivery('', { text }), never());
    });
    const [one, two] = server.requests.map(({ headers }) => headers.authorization ?? '');
    expect(one).toMatch(
      /^OAuth oauth_consumer_key="app-key",oauth_nonce="[^"]+",oauth_signature="[^"]+",oauth_signature_method="HMAC-SHA1",/,
    );
    expect(one).not.toMatch(/app-secret|access-secret/);
    const nonce = (header = '') => /oauth_nonce="([^"]+)"/.exec(header)?.[1];
    expect(nonce(one)).not.toBe(nonce(two));
  });
});
