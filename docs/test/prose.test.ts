import { describe, expect, it } from 'vitest';
import { pages, read } from './files.ts';

const documents = [...pages, 'README.md', 'CONTRIBUTING.md', 'SECURITY.md'];

/** Returns the lines of a document outside code blocks, with their numbers. */
function proseOf(file: string): readonly { readonly line: number; readonly text: string }[] {
  const withoutCode = read(file).replaceAll(/^```[\s\S]*?^```$/gm, (block) => '\n'.repeat(block.split('\n').length - 1));
  return withoutCode.split('\n').map((text, place) => ({ line: place + 1, text }));
}

/** Tables, headings and pictures cannot be wrapped, nor can a link that is longer than a line. */
const isWrappable = (text: string): boolean => !/^(?:\||#|!\[|<)/.test(text) && text.trimStart().includes(' ');

describe.each(documents)('%s', (file) => {
  const prose = proseOf(file);

  it('has no line of prose over 110 characters', () => {
    expect(prose.filter(({ text }) => isWrappable(text) && text.length > 110)).toEqual([]);
  });

  it('has no sentence that begins with "What", "Who" or "Of", except headings', () => {
    const begins = /^[-*|\s\d.]*(?:What|Who|Whom|Of|Whether|Such)\b[^?]*$/;
    const found = prose.filter(({ text }) => text.split(/(?<=[.!?|]) /).some((sentence) => begins.test(sentence)));
    expect(found).toEqual([]);
  });

  it('uses none of the words that hide who does it', () => {
    const hiding = /\b(?:whoever|whomever|be it|be they|as things are|of its own(?! storage))\b/i;
    expect(prose.filter(({ text }) => hiding.test(text.replaceAll(/`[^`]*`/g, '')))).toEqual([]);
  });
});
