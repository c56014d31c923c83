import { delivery, never, rejection, withSession } from '@sitemessage/test-support';
import { expect, it } from 'vitest';
import { xmpp } from '../src/index.ts';
import { startReceiver } from './receiver.ts';

/** The accounts of the server at `localhost`. */
export const accounts = { shop: 'password-of-the-shop', ann: 'password-of-ann', bob: 'password-of-bob', zoë: 'password-of-zoë' };

interface RealServer {
  readonly port: number;
  readonly implicitPort: number;
  /** The certificate to trust, in PEM. */
  readonly ca: string;
}

/** Registers the tests for a server of the domain `localhost`, with rooms at `conference.localhost`. */
export function realServerTests(server: RealServer): void {
  const options = () => ({ jid: 'shop@localhost', password: accounts.shop, host: '127.0.0.1', port: server.port, ca: server.ca }) as const;
  const bobThere = () => startReceiver(server.port, 'bob', accounts.bob);
  const toRoom = (address: string, text = 'To all') => delivery(address, { text, xmpp: { type: 'groupchat' } });

  it.each(['starttls', 'implicit'] as const)('a message arrives at another client, with %s', async (tls) => {
    await using bob = await bobThere();
    const messenger = xmpp({ ...options(), port: tls === 'implicit' ? server.implicitPort : server.port, tls });
    const sent = delivery('Bob@localhost', { text: 'Grüße, 世界 👩‍👩‍👧 <b>&amp;', subject: 'News', xmpp: { xhtml: '<em>Grüße</em>' } });
    await withSession(messenger, (session) => session.send({ ...sent, address: messenger.getAddress(sent.address) }, never()));
    const message = await bob.next();
    expect(message.attrs).toMatchObject({ id: sent.id, type: 'chat', from: expect.stringMatching(/^shop@localhost\//) });
    expect(message.getChildText('body')).toBe(sent.content.text);
    expect(message.getChildText('subject')).toBe('News');
    expect(message.getChild('html', 'http://jabber.org/protocol/xhtml-im')?.toString()).toContain('<em>Grüße</em>');
    expect(message.getChild('origin-id', 'urn:xmpp:sid:0')?.attrs.id).toBe(sent.id);
  });

  it('1,000 messages arrive at another client, each once and in order', async () => {
    await using bob = await bobThere();
    const texts = Array.from({ length: 1_000 }, (_, index) => `Page ${index}`);
    await withSession(xmpp(options()), async (session) => {
      await Promise.all(texts.map((text) => session.send(delivery('bob@localhost', { text }), never())));
    });
    const arrived: (string | null)[] = [];
    for (const _ of texts) arrived.push((await bob.next()).getChildText('body'));
    expect(arrived).toEqual(texts);
  });

  it('a message to nobody fails alone, among others that arrive', async () => {
    await using bob = await bobThere();
    const addresses = ['bob@localhost', 'nobody@localhost', 'bob@example.org', 'bob@localhost'];
    const results = await withSession(xmpp(options()), (session) =>
      Promise.allSettled(addresses.map((address) => session.send(delivery(address), never()))),
    );
    expect(results).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { kind: 'permanent', code: 'xmpp_recipient_unavailable' } },
      { status: 'rejected', reason: { kind: 'permanent', code: 'xmpp_recipient_refused' } },
      { status: 'fulfilled' },
    ]);
    expect([await bob.next(), await bob.next()].map(({ attrs }) => attrs.type)).toEqual(['chat', 'chat']);
  });

  it('a message to a room arrives at somebody in it, and a missing room is not created', async () => {
    const room = 'team@conference.localhost';
    const send = () => withSession(xmpp(options()), (session) => session.send(toRoom(room), never()));
    expect(await rejection(send())).toMatchObject({ kind: 'permanent', code: 'xmpp_recipient_unknown', recipientGone: true });
    await using bob = await bobThere();
    await bob.join(room);
    await send();
    const message = await bob.next();
    expect(message.attrs).toMatchObject({ type: 'groupchat', from: `${room}/shop` });
    expect(message.getChildText('body')).toBe('To all');
  });

  it('a later connection takes the resource', async () => {
    const messenger = xmpp({ ...options(), resource: 'desk' });
    const first = await messenger.open(never());
    await withSession(messenger, async (second) => {
      await second.send(delivery('bob@localhost'), never());
      expect(await rejection(first.send(delivery('bob@localhost'), never()))).toMatchObject({
        kind: 'configuration',
        code: 'xmpp_conflict',
      });
    });
    await first.close?.();
  });

  it('a wrong password is a wrong configuration', async () => {
    const error = await rejection(xmpp({ ...options(), password: 'another' }).open(never()));
    expect(error).toMatchObject({ kind: 'configuration', code: 'xmpp_login_refused' });
  });

  it('every message that a room refuses fails, of many at the same time', async () => {
    const room = 'quiet@conference.localhost';
    await using bob = await bobThere();
    await bob.join(room);
    await bob.silence(room);
    const outcomes = await withSession(xmpp(options()), (session) =>
      Promise.allSettled(Array.from({ length: 100 }, () => session.send(toRoom(room), never()))),
    );
    const refused = { status: 'rejected', reason: { kind: 'permanent', code: 'xmpp_recipient_refused' } };
    expect(outcomes).toMatchObject(Array(100).fill(refused));
  });

  it('messages to a room that closes fail, and the next one finds no room', async () => {
    const room = 'short@conference.localhost';
    await withSession(xmpp(options()), async (session) => {
      await using bob = await bobThere();
      await bob.join(room);
      await session.send(toRoom(room), never());
      await bob.destroy(room);
      const errors = await Promise.all(Array.from({ length: 20 }, () => rejection(session.send(toRoom(room), never()))));
      for (const { kind, code } of errors) expect([kind, code]).toEqual(['permanent', 'xmpp_recipient_unknown']);
    });
  });

  it('1,000 messages to a room arrive, each once and in order', async () => {
    const room = 'crowd@conference.localhost';
    await using bob = await bobThere();
    await bob.join(room);
    const texts = Array.from({ length: 1_000 }, (_, index) => `Page ${index}`);
    await withSession(xmpp(options()), (session) => Promise.all(texts.map((text) => session.send(toRoom(room, text), never()))));
    const arrived: (string | null)[] = [];
    for (const _ of texts) arrived.push((await bob.next()).getChildText('body'));
    expect(arrived).toEqual(texts);
  });

  it('somebody online who blocks this account refuses messages', async () => {
    await using bob = await bobThere();
    await bob.block('shop@localhost');
    const refusals: unknown[] = [];
    await withSession(xmpp(options()), async (session) => {
      for (let round = 0; round < 50; round += 1)
        await session.send(delivery('bob@localhost'), never()).catch((error) => refusals.push(error));
    });
    // Another process of ejabberd refuses. On a busy machine, the refusal may come too late.
    expect(refusals.length).toBeGreaterThan(25);
    for (const error of refusals) expect(error).toMatchObject({ kind: 'permanent', code: 'xmpp_recipient_unavailable' });
    await bob.unblock('shop@localhost');
  });
}
