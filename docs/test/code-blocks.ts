import { read } from './files.ts';

export interface CodeBlock {
  readonly language: string;
  readonly code: string;
  /** The file that it shows, and which part of it. */
  readonly file?: string;
  readonly region?: string;
  readonly line: number;
}

const fence = /(?:^<!-- (\S+?\.tsx?)(?:#(\S+))? -->\n)?^```(\w*)\n([\s\S]*?)^```$/gm;

export function codeBlocks(file: string): readonly CodeBlock[] {
  const text = read(file);
  return [...text.matchAll(fence)].map(({ index, 1: shown, 2: region, 3: language = '', 4: code = '' }) => ({
    language,
    code,
    ...(shown !== undefined && { file: shown }),
    ...(region !== undefined && { region }),
    line: text.slice(0, index).split('\n').length,
  }));
}

/** A file, or the part between `// #region name` and `// #endregion name`, as far to the left as it goes. */
export function exampleOf(file: string, region?: string): string {
  const text = read(file);
  if (region === undefined) return text;
  const begin = `// #region ${region}\n`;
  const [, part] = text.split(begin);
  const [inside, rest] = part?.split(new RegExp(`^[ ]*// #endregion ${region}\n`, 'm')) ?? [];
  if (inside === undefined || rest === undefined) throw new Error(`${file} has no region ${region}`);
  const lines = inside.split('\n');
  const indent = Math.min(...lines.filter((line) => line !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent)).join('\n');
}
