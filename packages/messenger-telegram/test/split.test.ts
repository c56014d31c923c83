import type { Content } from '@sitemessage/core';
import { rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { telegram } from '../src/index.ts';
import { sampleHtml } from './html.ts';
import { drawing } from './random.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('telegram');
const messenger = () => telegram({ ...running.sandbox.telegram.options, parseMode: 'HTML', onTooLong: 'split' });
const most = 4_096;

/** Sends a message and returns its parts, which the emulator has parsed as Telegram would. */
async function arrive(content: Partial<Content>): Promise<readonly { readonly text: string; readonly html?: string }[]> {
  running.sandbox.inbox.clear();
  await sendOne(messenger(), { text: '', ...content });
  return running.sandbox.inbox.all();
}
const textsOf = async (content: Partial<Content>): Promise<readonly string[]> => (await arrive(content)).map(({ text }) => text);
const lengths = (texts: readonly string[]): readonly number[] => texts.map((text) => [...text].length);

describe('a text that is too long', () => {
  it('arrives in parts, in order, as plain text', async () => {
    const text = Array.from({ length: 2_000 }, (_, index) => `word${index}`).join(' ');
    const parts = await arrive({ text });
    expect(parts.map((part) => part.text).join('')).toBe(text);
    expect(Math.max(...lengths(parts.map((part) => part.text)))).toBeLessThanOrEqual(most);
    for (const part of parts) {
      expect(part.text).toMatch(/^word\d+( word\d+)* ?$/);
      expect(part).not.toHaveProperty('html');
    }
  });

  it('with characters of markup arrives unchanged', async () => {
    const text = '<b>1 & 2</b> &amp; *x* '.repeat(400);
    expect((await textsOf({ text })).join('')).toBe(text);
  });

  it('is one part when it fits', async () => {
    expect(await textsOf({ text: 'x'.repeat(most) })).toHaveLength(1);
    expect(await textsOf({ text: 'x'.repeat(most + 1) })).toHaveLength(2);
  });

  it('is split at the end of a line rather than between words', async () => {
    const lines = ['a b '.repeat(800), 'c d '.repeat(400)];
    expect(await textsOf({ text: lines.join('\n') })).toEqual([`${lines[0]}\n`, lines[1]]);
  });

  it('is split between words when only its first lines are short', async () => {
    const text = `short\n${'long '.repeat(1_500)}`;
    const [first = ''] = await textsOf({ text });
    expect(first).toHaveLength(6 + Math.floor((most - 6) / 5) * 5);
  });

  it('of one word is split at the limit', async () => {
    expect(lengths(await textsOf({ text: 'x'.repeat(10_000) }))).toEqual([most, most, 10_000 - 2 * most]);
  });

  it('is never split inside a code point', async () => {
    for (const before of ['', 'x']) {
      const text = before + '😀'.repeat(5_000);
      const parts = await textsOf({ text });
      expect(parts.join('')).toBe(text);
      for (const part of parts) expect(part.isWellFormed()).toBe(true);
    }
  });

  it.each([
    ['a family', '👨‍👩‍👧'],
    ['a flag', '🇺🇦'],
    ['an emoji with a skin tone', '👋🏽'],
    ['a letter with accents', 'e\u0301\u0323'],
    ['a syllable of Hangul in its letters', '\u1112\u1161\u11ab'],
    ['a line end of two characters', '\r\n'],
  ])('is never split inside %s', async (_, cluster) => {
    const size = [...cluster].length;
    for (const before of ['', 'x', 'xx', 'xxx', 'xxxx']) {
      const text = `${before}${`${cluster}.`.repeat(4_200)}`;
      const parts = await textsOf({ text });
      expect(parts.join('')).toBe(text);
      for (const part of parts.slice(1)) expect(part.startsWith(cluster) || part.startsWith('.')).toBe(true);
      expect(parts.length).toBe(Math.ceil([...text].length / (most - size)));
    }
  });

  it('of one letter with too many accents is split at the limit', async () => {
    expect(lengths(await textsOf({ text: `e${'\u0301'.repeat(5_000)}` }))).toEqual([most, 5_001 - most]);
  });

  it('has no part of white space alone', async () => {
    expect(await textsOf({ text: `a${' \n'.repeat(5_000)}b` })).toHaveLength(2);
    expect(await textsOf({ html: `a<b>${' '.repeat(most)}${'&#32;'.repeat(most)}</b><i>b</i>` })).toHaveLength(2);
  });
});

describe('HTML that is too long', () => {
  it('closes its tags at a split, and opens them again with their attributes', async () => {
    const link = '<a href="https://example.com/?a=1&amp;b=&gt;">';
    const parts = await arrive({ html: `${link}<b>${'x'.repeat(6_000)}</b></a>` });
    expect(parts.map(({ html }) => html)).toEqual([
      `${link}<b>${'x'.repeat(most)}</b></a>`,
      `${link}<b>${'x'.repeat(6_000 - most)}</b></a>`,
    ]);
  });

  it('closes a tag in lower case that was opened in upper case', async () => {
    const [first] = await arrive({ html: `<B>${'x'.repeat(5_000)}</b>` });
    expect(first?.html?.endsWith('x</b>')).toBe(true);
  });

  it('is not split inside an entity', async () => {
    for (const entity of ['&amp;', '&lt;', '&gt;', '&quot;', '&#38;', '&#x26;', '&amp', '&#38', '&#9786;']) {
      for (const before of ['', 'x', 'xx']) {
        const parts = await arrive({ html: before + `${entity} `.trim().repeat(5_000) });
        expect(lengths(parts.map(({ text }) => text))).toEqual([most, 5_000 + before.length - most]);
        for (const { html = '' } of parts) expect(html.replaceAll(entity, '')).toMatch(/^x*$/);
      }
    }
  });

  it('is not split inside a character that is written in entities', async () => {
    const family = '<b>&#128104;&#8205;</b>👩&#x200d;&#128103;';
    for (const before of ['', 'x', 'xx', 'xxx', 'xxxx']) {
      const parts = await textsOf({ html: `${before}${`${family}.`.repeat(900)}` });
      expect(parts.join('')).toBe(`${before}${'👨‍👩‍👧.'.repeat(900)}`);
      for (const part of parts.slice(1)) expect(part).toMatch(/^(👨‍👩‍👧|\.)/u);
    }
  });

  it('is split by its bytes when its markup is longer than its text', async () => {
    const link = `<a href="https://example.com/${'long/'.repeat(100)}">link</a> `;
    const parts = await arrive({ html: link.repeat(200) });
    expect(parts.map(({ text }) => text).join('')).toBe('link '.repeat(200));
    for (const { html = '' } of parts) expect(Buffer.byteLength(html)).toBeLessThanOrEqual(32_768);
    expect(parts).toHaveLength(4);
  });

  it.each([
    ['one tag', `<a href="https://example.com/${'x'.repeat(32_768)}">`, '</a>'],
    ['many tags in each other', '<b>'.repeat(4_680), '</b>'.repeat(4_680)],
  ])('whose markup leaves no room for the text is refused before the first part is sent: %s', async (_, begin, end) => {
    const before = running.sandbox.telegram.requests();
    const error = await rejection(arrive({ html: `${begin}${'x'.repeat(5_000)}${end}` }));
    expect(error).toMatchObject({ kind: 'permanent', code: 'telegram_too_long', message: expect.stringContaining('leave no room') });
    expect(running.sandbox.telegram.requests()).toBe(before);
  });

  it('is not split inside a tag', async () => {
    const tag = '<a href="https://example.com/a b?c=>">y</a>';
    for (let before = most - 3; before <= most + 1; before += 1) {
      const parts = await arrive({ html: 'x'.repeat(before) + tag + 'z'.repeat(100) });
      expect(parts.map(({ text }) => text).join('')).toBe(`${'x'.repeat(before)}y${'z'.repeat(100)}`);
      expect(parts.map(({ html }) => html).join('')).toContain(tag);
    }
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'of any form arrives whole, in parts that Telegram takes (seed %i)',
    async (seed) => {
      const { html, shown } = sampleHtml(drawing(seed), 9_000);
      const texts = await textsOf({ html });
      expect(texts.length).toBeGreaterThan(1);
      expect(Math.max(...lengths(texts))).toBeLessThanOrEqual(most);
      expectCutFrom(shown, texts);
      for (const text of texts) expect(text.isWellFormed()).toBe(true);
    },
  );

  it.each([
    ['a tag of others', '<p>', '</p>', 'Telegram has no tag <p>'],
    ['a tag that has no end', '<b>', '', '<b> has no end'],
    ['an end of no tag', '', '</b>', '</b> ends no tag'],
    ['an end of another tag', '<b>', '</i>', '</i> ends no tag'],
    ['a < that begins no tag', '1 < 2', '', 'a < that begins no tag must be written &lt;'],
  ])('with %s is refused before the first part is sent', async (_, begin, end, problem) => {
    const before = running.sandbox.telegram.requests();
    const error = await rejection(arrive({ html: `${'x'.repeat(5_000)}${begin}y${end}` }));
    expect(error).toMatchObject({ kind: 'permanent', code: 'telegram_markup', message: expect.stringContaining(problem) });
    expect(running.sandbox.telegram.requests()).toBe(before);
  });
});

/** Expects that the parts together are the text. White space at a split may be missing. */
function expectCutFrom(shown: string, parts: readonly string[]): void {
  const rest = parts.reduce((left, part) => {
    const piece = part.trim();
    const from = left.trimStart();
    expect(from.slice(0, piece.length)).toBe(piece);
    return from.slice(piece.length);
  }, shown);
  expect(rest.trim()).toBe('');
}

describe('the Telegram part of a split text', () => {
  it('goes with each part, except the buttons', async () => {
    const buttons = [[{ text: 'Yes', url: 'https://example.com/' }]];
    const others = { silent: true, protect: true, topic: 7, linkPreview: false };
    await sendOne(messenger(), { text: 'x'.repeat(5_000), telegram: { ...others, buttons } });
    const [first, second] = running.sandbox.inbox.all().map(({ raw }) => JSON.parse(raw));
    const each = { disable_notification: true, protect_content: true, message_thread_id: 7, link_preview_options: { is_disabled: true } };
    expect(first).toEqual({ chat_id: 12_345_678, text: 'x'.repeat(most), ...each, reply_markup: { inline_keyboard: buttons } });
    expect(second).toEqual({ chat_id: 12_345_678, text: 'x'.repeat(5_000 - most), ...each });
  });
});

describe('a part that fails', () => {
  const long = { text: 'x'.repeat(10_000) };
  const sendAfter = async (parts: number, content = long) => {
    // A fault with a delay of 0 lets one part through.
    if (parts > 0) running.sandbox.telegram.fail({ delayMs: 0, times: parts });
    running.sandbox.telegram.refuse({ error_code: 403, description: 'Forbidden: bot was blocked by the user' });
    return rejection(sendOne(messenger(), content));
  };

  it('at the beginning keeps its error', async () => {
    expect(await sendAfter(0)).toMatchObject({ kind: 'permanent', code: 'telegram_blocked' });
    expect(running.sandbox.inbox.all()).toEqual([]);
  });

  it.each([1, 2])('after %i of 3 leaves the outcome unknown, and says how many were sent', async (sent) => {
    const error = await sendAfter(sent);
    expect(error).toMatchObject({ kind: 'unknown', code: 'telegram_part_sent', cause: { code: 'telegram_blocked' } });
    expect(error.message).toBe(`${sent} of 3 parts were sent, and then: Telegram answered 403: Forbidden: bot was blocked by the user`);
    expect(running.sandbox.inbox.all()).toHaveLength(sent);
  });
});
