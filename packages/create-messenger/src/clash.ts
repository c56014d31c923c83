import type { Files } from './templates.ts';

/** Not behind a dot: what a value has may be called anything. */
const word = /(?<![\w$]|(?<!\.)\.)[A-Za-z_$][\w$]*/g;
const comments = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const strings = /'(?:[^'\\\n]|\\.)*'/g;

/** A name in the code of a file that the new names would meet in the same file: `describe`, `once`, or `CommonOptions` of an alias `common`. */
export function clashOf(templates: Files, rename: (name: string) => string): string | undefined {
  for (const [path, content] of templates) {
    if (!path.endsWith('.ts')) continue;
    const names = new Set(content.replaceAll(comments, '').replaceAll(strings, '').match(word) ?? []);
    const clash = [...names].map((name) => [name, rename(name)] as const).find(([name, renamed]) => name !== renamed && names.has(renamed));
    if (clash) return clash[1];
  }
  return undefined;
}
