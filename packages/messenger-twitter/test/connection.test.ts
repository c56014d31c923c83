import { delivery, never, sandboxed, startRecordingServer, withSession } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { twitter } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('twitter');
const counts = () => ({ requests: running.sandbox.twitter.requests(), connected: running.sandbox.twitter.connected() });

describe('a session', () => {
  it('needs one request for a post, and one connection for twenty, by either login', async () => {
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

  it('asks nothing when it is opened, which would cost money, and leaves no connection', async () => {
    await withSession(twitter(running.sandbox.twitter.options), async () => undefined);
    expect(counts()).toEqual({ requests: 0, connected: 0 });
  });
});

describe('a request', () => {
  const keys = { appKey: 'app-key', appSecret: 'app-secret', accessToken: 'access-token', accessSecret: 'access-secret' };

  it('is JSON at the place of the options, with the token in its header and nowhere else', async () => {
    await using tap = await startRecordingServer({ data: { id: '7', text: 'Hello' } });
    const oauth2 = { clientId: 'client', accessToken: 'access-token' };
    expect(await sendOne(twitter({ oauth2, apiRoot: `${tap.url}/proxied/` }))).toEqual({ providerId: '7' });
    expect(tap.requests).toHaveLength(1);
    expect(tap.requests[0]).toMatchObject({
      verb: 'POST',
      url: '/proxied/2/tweets',
      headers: { 'content-type': 'application/json;charset=UTF-8', authorization: 'Bearer access-token' },
      body: '{"text":"Hello"}',
    });
  });

  it('is signed by OAuth 1.0a: with another nonce each time, and without a secret', async () => {
    await using tap = await startRecordingServer({ data: { id: '7', text: 'Hello' } });
    await withSession(twitter({ ...keys, apiRoot: tap.url }), async (session) => {
      for (const text of ['One', 'Two']) await session.send(delivery('', { text }), never());
    });
    const [one, two] = tap.requests.map(({ headers }) => headers.authorization ?? '');
    expect(one).toMatch(
      /^OAuth oauth_consumer_key="app-key",oauth_nonce="[^"]+",oauth_signature="[^"]+",oauth_signature_method="HMAC-SHA1",/,
    );
    expect(one).not.toMatch(/app-secret|access-secret/);
    const nonce = (header = '') => /oauth_nonce="([^"]+)"/.exec(header)?.[1];
    expect(nonce(one)).not.toBe(nonce(two));
  });
});
