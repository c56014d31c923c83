import { delivery, never, sandboxed, withSession } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { escapeHtml, escapeMarkdown, telegram } from '../src/index.ts';
import { drawing } from './random.ts';

const running = sandboxed('telegram');

/** Texts that are markup to one of the parsers, and texts like them. */
const pieces = [
  ...'_*[]()~`>#+-=|{}.!\\/<&;"\'^$%@:?, \n\tabcXYZ019',
  ...[
    '</b>',
    '<b>',
    '<',
    '<!--',
    ']]>',
    '&amp;',
    '&lt',
    '&#60;',
    '&#x3c;',
    '&nbsp;',
    '&',
    '\\\\',
    '\\*',
    '```',
    '`',
    '||',
    '__',
    '**',
    '![',
    '](',
    ')',
    '> ',
    '\n>',
  ],
  ...['ё', 'ß', '日本', '😀', '👨‍👩‍👧', 'e\u0301', '\u200e', '\u00a0', '\ud83d\ude00', '{{x}}', '<script>', 'javascript:', '%3Cb%3E'],
];

function hostileTexts(seed: number, count: number): readonly string[] {
  const { below, one } = drawing(seed);
  return Array.from({ length: count }, () => `a${Array.from({ length: 1 + below(30) }, () => one(pieces)).join('')}z`);
}

async function arrive(parseMode: 'HTML' | 'MarkdownV2', markups: readonly string[]): Promise<readonly string[]> {
  await withSession(telegram({ ...running.sandbox.telegram.options, parseMode }), async (session) => {
    for (const markup of markups) {
      const content = parseMode === 'HTML' ? { text: '', html: markup } : { text: markup };
      await session.send(delivery('12345678', content), never());
    }
  });
  return running.sandbox.inbox.all().map(({ text }) => text);
}

describe('escapeHtml', () => {
  it('makes every text arrive unchanged', async () => {
    const texts = hostileTexts(1, 300);
    expect(await arrive('HTML', texts.map(escapeHtml))).toEqual(texts);
  });

  it('makes a text inside tags arrive unchanged', async () => {
    const texts = hostileTexts(2, 100);
    expect(
      await arrive(
        'HTML',
        texts.map((text) => `<b><i>${escapeHtml(text)}</i></b>`),
      ),
    ).toEqual(texts);
  });

  it.each([`"`, `'`])('keeps a text inside an attribute in %s', async (quote) => {
    const texts = hostileTexts(3, 100);
    expect(
      await arrive(
        'HTML',
        texts.map((text) => `<a href=${quote}https://example.com/?q=${escapeHtml(text)}${quote}>link</a>`),
      ),
    ).toEqual(texts.map(() => 'link'));
  });

  it.each([...`&<>"'`])('escapes %s', (character) => {
    expect(escapeHtml(`a${character}b`)).toMatch(/^a&(#\d+|[a-z]+);b$/);
  });

  it('is needed: without it, the same texts are refused', async () => {
    await expect(arrive('HTML', hostileTexts(1, 300))).rejects.toMatchObject({ code: 'telegram_markup' });
  });
});

describe('escapeMarkdown', () => {
  it('makes every text arrive unchanged', async () => {
    const texts = hostileTexts(4, 300);
    expect(await arrive('MarkdownV2', texts.map(escapeMarkdown))).toEqual(texts);
  });

  it('makes a text inside bold and italic arrive unchanged', async () => {
    const texts = hostileTexts(5, 100);
    expect(
      await arrive(
        'MarkdownV2',
        texts.map((text) => `*_${escapeMarkdown(text)}_*`),
      ),
    ).toEqual(texts);
  });

  it.each([...'_*[]()~`>#+-=|{}.!\\'])('escapes %s', (character) => {
    expect(escapeMarkdown(`a${character}b`)).toBe(`a\\${character}b`);
  });

  it('is needed: without it, the same texts are refused', async () => {
    await expect(arrive('MarkdownV2', hostileTexts(4, 300))).rejects.toMatchObject({ code: 'telegram_markup' });
  });
});
