import { describe, expect, it, vi } from 'vitest';
import { html, raw } from '../../src/index.ts';
import { isHtml } from '../../src/message/html.ts';

const hostile = `<b title="x" class='y'>&</b>`;
const escaped = '&lt;b title=&quot;x&quot; class=&#39;y&#39;&gt;&amp;&lt;/b&gt;';

describe('the html tag', () => {
  it.each([
    ['at the beginning', html`${hostile}<p>`, `${escaped}<p>`],
    ['in the middle', html`<p>${hostile}</p>`, `<p>${escaped}</p>`],
    ['at the end', html`</p>${hostile}`, `</p>${escaped}`],
    ['alone', html`${hostile}`, escaped],
    ['side by side', html`${hostile}${hostile}`, `${escaped}${escaped}`],
    ['in an attribute', html`<a title="${hostile}">`, `<a title="${escaped}">`],
  ])('escapes an inserted value %s', (_, made, wanted) => {
    expect(made.markup).toBe(wanted);
  });

  it('keeps the literal parts of the template', () => {
    expect(html`<p class="a" id='b'>&amp;</p>`.markup).toBe(`<p class="a" id='b'>&amp;</p>`);
  });

  it('escapes an entity that a user typed, so that it is shown as typed', () => {
    expect(html`${'&amp;'}`.markup).toBe('&amp;amp;');
  });

  it('inserts another html value unchanged, at any depth', () => {
    const name = html`<b>${'<Ann>'}</b>`;
    expect(html`<p>${html`Hello ${name}!`}</p>`.markup).toBe('<p>Hello <b>&lt;Ann&gt;</b>!</p>');
  });

  it('inserts an array item by item, and escapes each item', () => {
    const items = ['<a>', html`<i>b</i>`, ['&', [undefined, 3]]];
    expect(html`<ul>${items}</ul>`.markup).toBe('<ul>&lt;a&gt;<i>b</i>&amp;3</ul>');
  });

  it.each([undefined, null, false])('inserts nothing for %s', (nothing) => {
    expect(html`<p>${nothing}</p>`.markup).toBe('<p></p>');
  });

  it.each([
    [0, '0'],
    [-1.5, '-1.5'],
    [10n, '10'],
    [true, 'true'],
    ['', ''],
  ])('inserts %s as text', (value, written) => {
    expect(html`<p>${value}</p>`.markup).toBe(`<p>${written}</p>`);
  });

  it('becomes its markup in a string', () => {
    expect(`${html`<p>${'&'}</p>`}`).toBe('<p>&amp;</p>');
  });

  it('escapes an object with the same fields, which may come from JSON', () => {
    const typed = JSON.parse('{"markup":"<script>","toString":"<script>"}');
    expect(isHtml(typed)).toBe(false);
    expect(html`<p>${{ markup: '<script>', toString: () => '<script>' }}</p>`.markup).toBe('<p>&lt;script&gt;</p>');
  });

  it('inserts a value of another copy of this package unchanged', async () => {
    vi.resetModules();
    const copy = await import('../../src/message/html.ts');
    expect(copy.raw).not.toBe(raw);
    expect(html`<p>${copy.html`<b>${'&'}</b>`}</p>`.markup).toBe('<p><b>&amp;</b></p>');
  });
});

describe('raw', () => {
  it('inserts a text unescaped', () => {
    expect(html`<p>${raw('<hr>')}</p>`.markup).toBe('<p><hr></p>');
  });
});

it.each([undefined, null, 'text', 7, {}, { markup: 7 }, () => 'markup'])('does not accept %o as an html value', (value) => {
  expect(isHtml(value)).toBe(false);
});
