import type { Draw } from './random.ts';

/** Generated HTML, and the text that Telegram shows. */
export interface Sample {
  readonly html: string;
  readonly shown: string;
}

const texts: readonly (readonly [html: string, shown: string])[] = [
  ...['a', 'word', 'longer', 'ö', '日本語', '😀', '👨‍👩‍👧', '"', "'", '>', '.', '-', ';', '&', '&nbsp;', '&apos;', '&#0;', '&LT;'].map(
    (text) => [text, text] as const,
  ),
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#128512;', '😀'],
  ['&#x41;', 'A'],
  ['&amp;amp;', '&amp;'],
];
const spaces = [' ', ' ', ' ', '\n', '  ', '\n\n', '\n  '];
const tags: readonly (readonly [begin: string, end: string])[] = [
  ['<b>', '</b>'],
  ['<STRONG>', '</strong>'],
  ['<i>', '</i>'],
  ['<u >', '</u >'],
  ['<s>', '</>'],
  ['<tg-spoiler>', '</tg-spoiler>'],
  ['<span class="tg-spoiler">', '</span>'],
  ['<code>', '</code>'],
  ['<blockquote expandable>', '</blockquote>'],
  ['<a href="https://example.com/?a=1&amp;b=2">', '</a>'],
  ['<a href=\'https://example.com/?q=<b>&amp;x=">"\'>', '</a>'],
  ['<pre><code class="language-ts">', '</code></pre>'],
];

/** Draws words, line breaks, entities and nested tags, with about `length` visible characters. */
export function sampleHtml(draw: Draw, length: number): Sample {
  const html: string[] = [];
  const shown: string[] = [];
  let left = length;
  const fill = (depth: number): void => {
    for (let steps = 1 + draw.below(40); left > 0 && (steps > 0 || depth === 0); steps -= 1) {
      const choice = draw.below(10);
      if (choice === 0 && depth < 6) {
        const [begin, end] = draw.one(tags);
        html.push(begin);
        fill(depth + 1);
        html.push(end);
      } else if (choice < 4) {
        const space = draw.one(spaces);
        html.push(space);
        shown.push(space);
        left -= space.length;
      } else {
        const [raw, text] = draw.one(texts);
        const times = draw.below(60) === 0 ? 500 : 1;
        html.push(raw.repeat(times));
        shown.push(text.repeat(times));
        left -= [...text].length * times;
      }
    }
  };
  fill(0);
  return { html: html.join(''), shown: shown.join('') };
}
