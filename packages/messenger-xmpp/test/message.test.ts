import { type Content, html } from '@sitemessage/core';
import { delivery, rejection, sandboxed, sendTo } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { xmpp } from '../src/index.ts';
import { composeMessage } from '../src/message.ts';

const running = sandboxed('xmpp');

/** Sends a message, and returns it as it arrived. */
async function received(content: Partial<Content>) {
  await sendTo(xmpp(running.sandbox.xmpp.options), 'ann@example.com', content);
  return running.sandbox.inbox.all().at(-1);
}

const refused = (content: object) => rejection(() => composeMessage(delivery('ann@example.com', content)));

describe('a message', () => {
  it('is a chat message with the id of the dispatch, for every attempt', () => {
    const sent = delivery('ann@example.com');
    const { stanza } = composeMessage(sent);
    expect(stanza.toString()).toBe(
      `<message to="ann@example.com" type="chat" id="${sent.id}"><body>Hello</body><origin-id xmlns="urn:xmpp:sid:0" id="${sent.id}"/></message>`,
    );
    expect(composeMessage({ ...sent, attempt: 2 }).stanza.toString()).toBe(stanza.toString());
  });

  it('arrives unchanged', async () => {
    const text = 'Grüße <b>&amp; "世界"</b>\n\t]]> 👩‍👩‍👧';
    expect(await received({ text, subject: 'a < b' })).toMatchObject({ text, subject: 'a < b', headers: { type: 'chat' } });
  });

  it('has the link after the text, unless the text holds it', async () => {
    expect((await received({ text: 'News', link: 'https://example.com/' }))?.text).toBe('News\nhttps://example.com/');
    expect((await received({ text: 'See https://example.com/', link: 'https://example.com/' }))?.text).toBe('See https://example.com/');
    expect((await received({ text: '', link: 'https://example.com/' }))?.text).toBe('https://example.com/');
  });

  it('is made from HTML when there is nothing else', async () => {
    const made = html`<p>Doors open at <b>noon</b> &amp; not before: <a href="https://example.com/">here</a></p>`;
    expect((await received({ text: '', html: String(made) }))?.text).toBe('Doors open at noon & not before: here [https://example.com/]');
    expect((await received({ text: 'Doors', html: String(made) }))?.html).toBeUndefined();
  });

  it('has U+FFFD for characters that XML cannot carry, and the stream goes on', async () => {
    const told = await received({
      text: 'a\u0000b\u0008c\u000bd\u001fe\ufffef\uffffg\ud800h\udc00i\tj\nk\r\nl\rm\u007f\u0085',
      subject: '\u0001',
    });
    expect(told).toMatchObject({ text: 'a�b�c�d�e�f�g�h�i\tj\nk\nl\nm\u007f\u0085', subject: '�' });
  });

  it('does not change the subject of a room', () => {
    const { stanza } = composeMessage(delivery('room@example.com', { subject: 'News', xmpp: { type: 'groupchat' } }));
    expect(stanza.toString()).not.toContain('subject');
  });

  it('with 250,000 bytes is sent, and with more is refused', async () => {
    const around = composeMessage(delivery('ann@example.com', { text: 'x' })).stanza.toString().length - 1;
    const text = 'ë'.repeat((250_000 - around) / 2).padEnd(250_000 - around - Math.floor((250_000 - around) / 2), 'x');
    expect((await received({ text }))?.text).toBe(text);
    expect(await refused({ text: `${text}x` })).toMatchObject({ kind: 'permanent', code: 'xmpp_too_large' });
    expect(await refused({ text: '&'.repeat(60_000) })).toMatchObject({ code: 'xmpp_too_large' });
  });

  it('to a stored address that XML cannot carry is refused', async () => {
    for (const address of ['ann\u0001@example.com', 'ann@example.com/\uffff', 'ann@example.com/\udc00']) {
      expect(await rejection(() => composeMessage(delivery(address)))).toMatchObject({ kind: 'permanent', code: 'xmpp_content' });
    }
  });

  it.each([
    ['text', { text: '' }],
    ['text', { text: ' \n' }],
    ['text', { text: 7 }],
    ['html', { text: '', html: {} }],
    ['subject', { subject: 7 }],
    ['link', { link: {} }],
    ['xmpp', { xmpp: 'chat' }],
    ['xmpp', { xmpp: null }],
    ['xmpp.type', { xmpp: { type: 'headline' } }],
    ['xmpp.xhtml', { xmpp: { xhtml: 7 } }],
  ])('with a wrong `%s` is refused: %j', async (name, content) => {
    expect(await refused(content)).toMatchObject({
      kind: 'permanent',
      code: 'xmpp_content',
      message: expect.stringContaining(`\`${name}\``),
    });
  });
});

describe('XHTML', () => {
  it('with up to 100 levels is sent, and a deeper or larger one is refused', async () => {
    const nested = (levels: number): string => `${'<em>'.repeat(levels)}a${'</em>'.repeat(levels)}`;
    expect((await received({ xmpp: { xhtml: nested(99) } }))?.html).toBe(nested(99));
    expect(await refused({ xmpp: { xhtml: nested(100) } })).toMatchObject({
      code: 'xmpp_content',
      message: expect.stringContaining('deep'),
    });
    expect(await refused({ xmpp: { xhtml: nested(20_000) } })).toMatchObject({ code: 'xmpp_content' });
    for (const xhtml of ['<em>'.repeat(1_000_000), 'x'.repeat(250_001), '\u0000'.repeat(100_000)]) {
      expect(await refused({ xmpp: { xhtml } })).toMatchObject({ kind: 'permanent', code: 'xmpp_too_large' });
    }
  });

  it('is sent beside the text', async () => {
    const xhtml = 'Hello <strong>Ann</strong> &amp; <a href="https://example.com/?a=1&amp;b=2">all</a><br/>';
    expect(await received({ xmpp: { xhtml } })).toMatchObject({
      text: 'Hello',
      html: "Hello <strong>Ann</strong> & <a href='https://example.com/?a=1&amp;b=2'>all</a><br></br>",
    });
  });

  it('has U+FFFD for characters that XML cannot carry, in text and in attributes', async () => {
    expect((await received({ xmpp: { xhtml: '<em>a\u0001</em>' } }))?.html).toBe('<em>a�</em>');
    expect((await received({ xmpp: { xhtml: '<p style="\u0001">a</p>' } }))?.html).toBe("<p style='�'>a</p>");
    expect((await received({ xmpp: { xhtml: '<img src="https://example.com/" alt="\uffff\ud800"/>' } }))?.html).toContain("alt='��'");
  });

  it.each([
    '<p>open',
    'a</p>',
    '</body><body>',
    '</body></html><html><body>',
    '<p><em></p></em>',
    '&nbsp;',
    '&#1;',
    '<script>alert(1)</script>',
    '<p onclick="x">a</p>',
    '<a href="javascript:alert(1)">a</a>',
    '<a href=" javascript:alert(1)">a</a>',
    '<img src="data:image/png;base64,AAAA" alt="x"/>',
    '<constructor>a</constructor>',
    '<message to="eve@example.com"/>',
    '<p xmlns="jabber:client">a</p>',
  ])('that is not well-formed, or not recommended by XEP-0071, is refused: %s', async (xhtml) => {
    expect(await refused({ xmpp: { xhtml } })).toMatchObject({ code: 'xmpp_content', message: expect.stringContaining('`xmpp.xhtml`') });
  });
});
