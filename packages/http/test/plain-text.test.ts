import { describe, expect, it } from 'vitest';
import { toPlainText } from '../src/plain-text.ts';

describe('the text of HTML', () => {
  it.each<[string, string, string]>([
    ['nothing', '', ''],
    ['only whitespace', ' \n ', ''],
    ['no markup at all', 'Hello Ann', 'Hello Ann'],
    ['whitespace', ' Hello\n\t  Ann ', 'Hello Ann'],
    ['a non-breaking space', '7&nbsp;€', '7\u00a0€'],
    ['entities', 'caf&eacute; &lt;b&gt; &#x1F600; &amp &copy', 'café <b> 😀 & ©'],
    ['inline elements', 'It is <b>on</b> its <i>way</i>, <span>Ann</span>!', 'It is on its way, Ann!'],
    ['a heading', '<h1>CODE: AX9B-Straße</h1><h2>below</h2>text', 'CODE: AX9B-Straße\n\nbelow\n\ntext'],
    ['paragraphs', '<p>One</p>\n<p>Two</p>', 'One\n\nTwo'],
    ['blocks', '<div>One</div><div>Two<div>Three</div></div>', 'One\nTwo\nThree'],
    ['line breaks', 'One<br>Two<br/><br>Three<br></p>', 'One\nTwo\n\nThree'],
    ['an empty line of an editor', '<div>One</div><div><br></div><div>Two</div>', 'One\n\nTwo'],
    ['a rule', 'One<hr>Two', `One\n\n${'-'.repeat(40)}\n\nTwo`],
    ['a list', 'Buy<ul><li>milk</li><li>bread<br>and butter</ul>', 'Buy\n\n * milk\n * bread\n   and butter'],
    ['a numbered list', '<ol start="9"><li>nine<li>ten<p>more</p></ol>', ' 9. nine\n 10. ten\n\n     more'],
    ['a list in a list', '<ul><li>a<ol><li>b</li><li><p>c</p></li></ol></li><li></li><li>d</li></ul>', ' * a\n    1. b\n    2. c\n\n * d'],
    ['a quote', '<blockquote>One<p>Two</p></blockquote>Three', '> One\n\n> Two\n\nThree'],
    ['a preformatted text', '<pre>\n  a &amp; &amp;\n\n    b  <b>c</b>\n</pre>d', '  a & &\n\n    b  c\n\nd'],
    ['a link', '<a href="https://example.com/7">see here</a>.', 'see here [https://example.com/7].'],
    ['a link whose text is its URL', '<a href="https://example.com/">https://example.com/</a>', 'https://example.com/'],
    ['a link to an address', '<a href="mailto:ann@example.com">Ann</a>', 'Ann [ann@example.com]'],
    ['a link within the page', '<a href="#top">up</a>', 'up'],
    ['a link without text', '<a href="https://example.com/"><img src="cid:logo"></a>', 'https://example.com/'],
    ['a link around a block', '<a href="https://example.com/"><p>Buy</p></a><p>More</p>', 'Buy [https://example.com/]\n\nMore'],
    [
      'links that are not closed',
      '<a href="https://a.example">a<a href="https://b.example">b',
      'a [https://a.example]b [https://b.example]',
    ],
    ['a link with entities and spaces', '<a href=" https://example.com/?a=1&amp;\nb=2 ">a</a>', 'a [https://example.com/?a=1&b=2]'],
    ['an image', 'a<img src="https://example.com/pixel.png" alt="">b', 'ab'],
    ['cells', '<table><tr><th>Item<th>Price</tr><tr><td>Apples</td><td>2</td></tr></table>', 'Item  Price\nApples  2'],
    [
      'cells with whitespace between them',
      '<p>Bill</p><table>\n<tr>\n <td> Apples </td>\n <td></td>\n <td>2 </td>\n</tr>\n</table>Thanks',
      'Bill\n\nApples  2\n\nThanks',
    ],
    ['tables in tables', '<table><tr><td>a<table><tr><td>b<td>c</table><td>d</table>e', 'a\nb  c\nd\n\ne'],
    ['elements that are not shown', '<title>t</title><style>p { }</style><p>a</p><script>"</p>"</script><!-- c --><![if !mso]>b', 'a\n\nb'],
    ['a template', '<template>a<template>b</template>c</template>d', 'd'],
    ['a head that is not closed', '<head><meta charset="utf-8"><title>t</title><body>a', 'a'],
    ['ends of elements that are not open', '</p></ul></ol></blockquote></pre></table></a></style>a  b', 'a b'],
    ['text that looks like markup', '1 < 2 & 3 > 2', '1 < 2 & 3 > 2'],
    ['a tag that is not finished', 'a<b', 'a'],
    ['an attribute twice', '<a href="https://a.example" HREF="https://b.example">a</a>', 'a [https://a.example]'],
  ])('of %s', (_, html, text) => expect(toPlainText(html)).toBe(text));
});

describe('the time', () => {
  const n = 5_000;
  it.each<[string, (count: number) => string]>([
    ['nested tables', (count) => '<table><tr><td>'.repeat(count)],
    ['nested blocks', (count) => `${'<div>'.repeat(count)}a${'</div>'.repeat(count)}`],
    ['nested lists', (count) => '<ul><li>a'.repeat(count)],
    ['nested quotes', (count) => '<blockquote>a'.repeat(count)],
    ['links', (count) => '<a href="https://example.com/">a'.repeat(count)],
    ['elements that are closed by others', (count) => `${'<b>'.repeat(count)}${'</i>'.repeat(count)}`],
    ['attributes', (count) => `<p ${Array.from({ length: count }, (_, index) => `a${index}=b`).join(' ')}>`],
    ['an attribute many times', (count) => `<a ${'href=b '.repeat(count)}>`],
    ['an attribute full of entities', (count) => `<a href="${'&amp;'.repeat(count)}">a`],
    ['line breaks', (count) => `a${'<br>'.repeat(count)}b`],
    ['spaces', (count) => `a${' '.repeat(count * 4)}b`],
    ['preformatted spaces', (count) => `<pre>${`a${' '.repeat(4)}&nbsp;`.repeat(count)}`],
    ['tags that do not end', (count) => '<a '.repeat(count)],
    ['comments that do not end', (count) => '<!--'.repeat(count)],
    ['ampersands', (count) => '&'.repeat(count * 4)],
    ['digits of an entity', (count) => `&#${'0'.repeat(count * 4)}`],
    ['hidden elements', (count) => '<template>'.repeat(count)],
  ])('is proportional to the length: %s', (_, make) => {
    const time = (html: string): number => {
      const start = performance.now();
      toPlainText(html);
      return performance.now() - start;
    };
    const [few, many] = [make(n), make(10 * n)];
    time(few);
    const most = 40 * Math.min(time(few), time(few), time(few)) + 100;
    // The shortest of up to eight attempts counts, because the machine may be busy.
    let shortest = time(many);
    for (let attempt = 1; attempt < 8 && shortest >= most; attempt += 1) shortest = Math.min(shortest, time(many));
    expect(shortest).toBeLessThan(most);
  });

  it('is proportional for deep lists, as the length of their text is', () => {
    expect(toPlainText('<ul><li>a'.repeat(100_000)).length).toBeLessThan(100_000 * 45);
  });
});
