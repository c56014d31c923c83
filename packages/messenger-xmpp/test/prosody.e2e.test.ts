import { messengerContract } from '@sitemessage/core/testing';
import { type Prosody, startProsody } from '@sitemessage/servers/prosody';
import { type Certificate, certificate, delivery, never, rejection, sendTo, trust, withSession } from '@sitemessage/trials';
import { afterAll, describe, expect, it } from 'vitest';
import { xmpp } from '../src/index.ts';
import { badAddresses } from './bad-addresses.ts';
import { prosodyEmulator } from './prosody-emulator.ts';
import { startReceiver } from './receiver.ts';

const accounts = { shop: 'password-of-the-shop', ann: 'password-of-ann', bob: 'password-of-bob', zoë: 'password-of-zoë' };
const trusted: Certificate = await certificate(['localhost']);
// The receiver's client knows no other way.
trust(trusted);
const prosody: Prosody | undefined = await startProsody({ certificate: trusted, accounts });
afterAll(() => prosody?.[Symbol.asyncDispose]());

const optionsFor = ({ port }: Prosody) =>
  ({ jid: 'shop@localhost', password: accounts.shop, host: '127.0.0.1', port, ca: trusted.cert }) as const;

if (prosody) {
  describe('with Prosody', () => {
    messengerContract(
      { describe, it },
      {
        async start() {
          return {
            messenger: xmpp(optionsFor(prosody)),
            emulator: prosodyEmulator(prosody),
            addresses: ['ann@localhost', 'Ann@LocalHost/her phone', 'zoë@localhost'],
            badAddresses,
            secrets: [accounts.shop],
            close: async () => undefined,
          };
        },
      },
    );

    it.each(['starttls', 'implicit'] as const)('a message arrives at another client, with %s', async (tls) => {
      await using bob = await startReceiver(prosody.port, 'bob', accounts.bob);
      const options = { ...optionsFor(prosody), port: tls === 'implicit' ? prosody.implicitPort : prosody.port, tls };
      const sent = delivery('Bob@localhost', { text: 'Grüße, 世界 👩‍👩‍👧 <b>&amp;', subject: 'News', xmpp: { xhtml: '<em>Grüße</em>' } });
      await withSession(xmpp(options), (session) => session.send({ ...sent, address: xmpp(options).getAddress(sent.address) }, never()));
      const message = await bob.next();
      expect(message.attrs).toMatchObject({ id: sent.id, type: 'chat', from: expect.stringMatching(/^shop@localhost\//) });
      expect(message.getChildText('body')).toBe(sent.content.text);
      expect(message.getChildText('subject')).toBe('News');
      expect(message.getChild('html', 'http://jabber.org/protocol/xhtml-im')?.toString()).toContain('<em>Grüße</em>');
      expect(message.getChild('origin-id', 'urn:xmpp:sid:0')?.attrs.id).toBe(sent.id);
    });

    it('1,000 messages arrive at another client, each once and in order', async () => {
      await using bob = await startReceiver(prosody.port, 'bob', accounts.bob);
      const texts = Array.from({ length: 1_000 }, (_, index) => `Page ${index}`);
      await withSession(xmpp(optionsFor(prosody)), async (session) => {
        await Promise.all(texts.map((text) => session.send(delivery('bob@localhost', { text }), never())));
      });
      const arrived: (string | null)[] = [];
      for (const _ of texts) arrived.push((await bob.next()).getChildText('body'));
      expect(arrived).toEqual(texts);
    });

    it('somebody who is not there is that message’s own failure, among others that arrive', async () => {
      await using bob = await startReceiver(prosody.port, 'bob', accounts.bob);
      const addresses = ['bob@localhost', 'nobody@localhost', 'bob@example.org', 'bob@localhost'];
      const results = await withSession(xmpp(optionsFor(prosody)), (session) =>
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

    it('a message to a room arrives at somebody in it, and a room that is not there is not made', async () => {
      const room = 'team@conference.localhost';
      const toRoom = (address: string) => sendTo(xmpp(optionsFor(prosody)), address, { text: 'To all', xmpp: { type: 'groupchat' } });
      expect(await rejection(toRoom(room))).toMatchObject({ kind: 'permanent', code: 'xmpp_recipient_unknown', recipientGone: true });
      await using bob = await startReceiver(prosody.port, 'bob', accounts.bob);
      await bob.enter(room);
      await toRoom(room);
      const message = await bob.next();
      expect(message.attrs).toMatchObject({ type: 'groupchat', from: `${room}/shop` });
      expect(message.getChildText('body')).toBe('To all');
    });

    it('the one that comes later has a resource that is taken', async () => {
      const messenger = xmpp({ ...optionsFor(prosody), resource: 'desk' });
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
      const error = await rejection(xmpp({ ...optionsFor(prosody), password: 'another' }).open(never()));
      expect(error).toMatchObject({ kind: 'configuration', code: 'xmpp_login_refused' });
    });
  });
} else {
  it('goes without Prosody, which is not on this machine: the emulator alone is tried', () => {
    process.stdout.write('Without Prosody: it is not on this machine; XMPP is tried with the emulator alone.\n');
  });
}
