import { describe, expect, it } from 'vitest';
import { read } from './files.ts';

const headings = [...read('docs/decisions.md').matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading);
const parsed = headings.map((heading) => /^(\d+)\. .+ \((\d{4}-\d\d-\d\d)\)$/.exec(heading));

describe('the decisions', () => {
  it('have a number and a date', () => {
    expect(headings.filter((_, place) => parsed[place] === null)).toEqual([]);
  });

  it('are counted from 1', () => expect(parsed.map((found) => Number(found?.[1]))).toEqual(headings.map((_, place) => place + 1)));

  it('are sorted by date', () => {
    const dates = parsed.map((found) => found?.[2] ?? '');
    expect(dates).toEqual(dates.toSorted());
  });
});
