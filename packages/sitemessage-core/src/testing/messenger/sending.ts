import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Receipt } from '../../messenger/messenger.ts';
import { delivery, type MessengerTest, visible } from './fixture.ts';

/** Texts that protocols are known to break. Each fits into a post of 280 characters. */
const texts: Readonly<Record<string, string>> = {
  'plain text': 'Your order is on its way.',
  'other scripts and emoji': 'Grüße, 世界, שלום 👩‍👩‍👧 ✓ 🇦🇶',
  'several lines': 'one\ntwo\n\nfour',
  'text that looks like HTML': 'a < b && c > d: <b>not bold</b> &amp; "quoted" &lt;',
  'text that looks like Markdown or a template': 'stars *a* lines _b_ ticks `c` ~d~ [e](f) \\g #h % %s {0} {{i}} <%',
  'lines that begin with a dot': '.\n.hidden\n..two\nend.',
  'lines that begin with From': 'From here on\nFrom there',
  'a long line': `${'word '.repeat(40)}end`,
};

function assertReceipt(receipt: Receipt, getAddress: (address: string) => string): void {
  assert.ok(typeof receipt === 'object' && receipt !== null, `send() resolves with ${inspect(receipt)}, not with a receipt`);
  const { providerId, movedTo, pauseMs } = receipt;
  if (providerId !== undefined) assert.ok(typeof providerId === 'string' && providerId !== '', 'providerId is not a string, or empty');
  if (pauseMs !== undefined) assert.ok(Number.isInteger(pauseMs) && pauseMs >= 0, 'pauseMs is not an integer of 0 or more');
  if (movedTo !== undefined) assert.equal(getAddress(movedTo), movedTo, 'movedTo is not an output of getAddress');
}

/** Tests of `send`. */
export const sendingTests: readonly MessengerTest[] = [
  ...Object.entries(texts).map(
    ([what, text]): MessengerTest => ({
      name: `delivers ${what} once and unchanged, to the right address`,
      async check({ address, open, send, inbox }) {
        const session = await open();
        await send(session, delivery(address(1), text));
        assert.deepEqual(inbox(), [`${address(1)}: ${text}`]);
      },
    }),
  ),
  {
    name: 'resolves with a receipt once the provider has the message',
    async check({ messenger, addresses, address, open, send, inbox }) {
      const session = await open();
      for (const index of addresses.keys()) {
        const receipt = await send(session, delivery(address(index), `Letter ${index}`));
        assert.equal(inbox().at(-1), `${address(index)}: Letter ${index}`);
        assertReceipt(receipt, (movedTo) => messenger.getAddress(movedTo as never));
      }
    },
  },
  {
    name: 'returns a different provider id for each message',
    async check({ addresses, address, open, send }) {
      const session = await open();
      const ids: string[] = [];
      for (const [turn, index] of [...addresses.keys(), ...addresses.keys()].entries()) {
        const { providerId } = await send(session, delivery(address(index), `Letter ${turn}`));
        if (providerId !== undefined) ids.push(providerId);
      }
      assert.equal(new Set(ids).size, ids.length, inspect(ids));
    },
  },
  {
    name: 'delivers the text of content with a subject, HTML, a link and an unsubscribe URL',
    async check({ emulator, address, open, send }) {
      const session = await open();
      await send(
        session,
        delivery(address(), {
          subject: 'News',
          text: 'Doors open at noon',
          html: '<p>Doors open at <b>noon</b></p>',
          link: 'https://example.com/news',
          unsubscribeUrl: 'https://example.com/unsubscribe/1',
        }),
      );
      assert.equal(emulator.received().length, 1);
      assert.match(emulator.received()[0]?.text ?? '', /Doors open at noon/);
    },
  },
  {
    name: 'sends content without text from its HTML, or refuses it permanently',
    async check({ emulator, address, open, send }) {
      const session = await open();
      const sent = await deliveredOrRefused(
        send(session, delivery(address(), { text: '', html: '<p>Doors open at <b>noon</b> &amp; not before</p>' })),
      );
      const shown = emulator.received().map(({ text }) => visible(text).replaceAll(/\s+/g, ' '));
      assert.equal(shown.length, sent ? 1 : 0);
      for (const text of shown) assert.match(text, /Doors open at noon & not before/, 'the reader does not see the text without tags');
    },
  },
  {
    name: 'sends content with attachments, or refuses it permanently',
    async check({ emulator, address, open, send }) {
      const session = await open();
      const attachments = [
        { filename: 'a.txt', content: 'eight by five' },
        { filename: 'b.bin', content: new Uint8Array([0, 255, 10]) },
      ];
      const sent = await deliveredOrRefused(send(session, delivery(address(), { text: 'See below', attachments })));
      assert.equal(emulator.received().length > 0, sent);
    },
  },
  {
    name: 'delivers a long text whole, or refuses it permanently',
    async check({ emulator, address, open, send }) {
      const session = await open();
      const sent = await deliveredOrRefused(send(session, delivery(address(), `First. ${'And so on. '.repeat(1_800)}Last.`)));
      const arrived = emulator.received().map(({ text }) => text);
      assert.equal(arrived.length > 0, sent);
      if (sent) assert.match(arrived.join(''), /First\..*Last\./s);
    },
  },
  {
    name: 'keeps the session after characters that the protocol cannot carry',
    async check({ address, open, send, inbox }) {
      const session = await open();
      const sent = await deliveredOrRefused(send(session, delivery(address(), 'begin \0 \u0001 \u001b \ud800 \ufffe end')));
      await send(session, delivery(address(), 'Still here'));
      const [first = '', ...others] = inbox();
      assert.equal(others.length, sent ? 1 : 0);
      if (sent) assert.match(first, /begin.*end/s);
    },
  },
  {
    name: 'delivers 30 messages in a row in one session',
    async check({ addresses, address, open, send, inbox }) {
      const session = await open();
      const sent: string[] = [];
      for (let index = 0; index < 30; index += 1) {
        const to = address(index % addresses.length);
        await send(session, delivery(to, `Page ${index}.`));
        sent.push(`${to}: Page ${index}.`);
      }
      assert.deepEqual(inbox(), sent);
    },
  },
  {
    name: 'delivers as many messages at once as its concurrency allows',
    async check({ messenger, addresses, address, open, send, inbox }) {
      const session = await open();
      const pages = Array.from({ length: messenger.concurrency }, (_, index) => ({
        to: address(index % addresses.length),
        text: `Page ${index}.`,
      }));
      await Promise.all(pages.map(({ to, text }) => send(session, delivery(to, text))));
      assert.deepEqual(inbox().sort(), pages.map(({ to, text }) => `${to}: ${text}`).sort());
    },
  },
  {
    name: 'keeps sessions independent: closing one does not disturb another',
    async check({ address, open, send, close, inbox }) {
      const [first, second] = await Promise.all([open(), open()]);
      await Promise.all([send(first, delivery(address(0), 'To the one')), send(second, delivery(address(1), 'To the other'))]);
      await close(first);
      await send(second, delivery(address(0), 'After that'));
      const sent = [`${address(0)}: To the one`, `${address(1)}: To the other`, `${address(0)}: After that`];
      assert.deepEqual(inbox().sort(), sent.sort());
    },
  },
];

/** Returns true for a receipt, and false for a permanent error. Fails for any other error. */
async function deliveredOrRefused(sent: Promise<Receipt>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (error) {
    assert.equal((error as { kind?: unknown } | undefined)?.kind, 'permanent', `the error is not permanent: ${String(error)}`);
    return false;
  }
}
