import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { type CodeBlock, codeBlocks, exampleOf } from './code-blocks.ts';
import { packageReadmes, root } from './files.ts';
import { madeUp, preamble } from './readme-preamble.ts';
import { typeCheck } from './type-check.ts';

const blocks = [...packageReadmes, 'README.md'].flatMap((readme) =>
  codeBlocks(readme)
    .filter(({ language }) => language === 'ts')
    .map((block) => ({ readme, ...block })),
);
const shown = blocks.filter(({ file }) => file !== undefined);
const others = blocks.filter(({ file }) => file === undefined);

/** A block with what it takes for granted; a property alone becomes one of a message type. */
function completed({ code }: CodeBlock): string {
  const declares = (name: string): boolean =>
    new RegExp(`(?:const|let|function) ${name}\\b|import (?:type )?(?:\\{[^}]*\\b${name}\\b[^}]*\\}|${name}\\b)`).test(code);
  const needed = Object.entries(preamble).filter(
    ([name]) => new RegExp(`(?<![.\\w'\`/-])${name}(?![\\w:'])`).test(code) && !declares(name),
  );
  const body = code.startsWith('render: ')
    ? `(await import('@sitemessage/core')).defineMessageType<{ id: number }>({ alias: 'example', title: 'Example', ${code} });`
    : code;
  return `${needed.map(([, declaration]) => declaration).join('\n')}\n${body}\nexport {};\n`;
}

describe('the code in READMEs', () => {
  it.each(shown)('is that of its file: $readme, line $line', ({ file = '', region, code }) => expect(code).toBe(exampleOf(file, region)));

  it('keeps to the types', { timeout: 60_000 }, () => {
    const pathOf = ({ readme, line }: { readme: string; line: number }): string => join(root, dirname(readme), `readme-line-${line}.ts`);
    const files = new Map(others.map((block) => [pathOf(block), completed(block)]));
    const mistakes = typeCheck(new Map([...files, [join(root, 'docs', 'made-up.d.ts'), madeUp]]));
    const wrong = others.flatMap((block) =>
      (mistakes.get(pathOf(block)) ?? []).map((mistake) => `${block.readme}, line ${block.line}: ${mistake}`),
    );
    expect(wrong).toEqual([]);
  });
});
