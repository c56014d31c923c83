import { refuse } from './refuse.ts';

/** As a browser has it once it has read the page: that is what it takes the hash of. */
export function readStyles(given: unknown): string {
  if (typeof given !== 'string' || /<\/style/i.test(given)) return refuse('`styles` must be CSS, without a tag.');
  if (given.includes('\0') || !given.isWellFormed())
    return refuse('`styles` must be text that HTML can hold: no NUL, no half of a surrogate pair.');
  return given.replace(/\r\n?/g, '\n');
}
