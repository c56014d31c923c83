import { type Form, fold } from './forms.ts';
import { readingsOf } from './readings.ts';

/** From one place of a text to another. */
export type Range = readonly [start: number, end: number];

/** Returns where secrets stand in a text, in order, without overlaps. Takes linear time. */
export function rangesOf(forms: readonly Form[], text: string): readonly Range[] {
  const ranges = readingsOf(text).flatMap(({ text: read, places }) => {
    const folded = fold(read);
    const inOriginal = ([start, end]: Range): Range => [places[start] as number, places[end] as number];
    return forms.flatMap((form) => occurrences(folded, form).map(inOriginal));
  });
  return merged(ranges.toSorted(([one], [other]) => one - other));
}

function occurrences(text: string, form: Form): readonly Range[] {
  const ranges: Range[] = [];
  for (let start = text.indexOf(form.text); start !== -1; start = text.indexOf(form.text, start + 1)) {
    ranges.push(shared(text, form, start, start + form.text.length));
  }
  return merged(ranges);
}

const isBase64 = (character: string | undefined): boolean => character !== undefined && /^[a-z0-9 /_-]$/.test(character);

/** With the characters of base64 beside it that hold bits of the secret too. */
function shared(text: string, { sharesBefore, sharesAfter }: Form, start: number, end: number): Range {
  const first = sharesBefore && isBase64(text[start - 1]) ? start - 1 : start;
  if (!sharesAfter || !isBase64(text[end])) return [first, end];
  const padding = /^={0,2}/.exec(text.slice(end + 1, end + 3))?.[0] ?? '';
  return [first, end + 1 + padding.length];
}

/** Of ranges that are in order of their starts. */
function merged(ranges: readonly Range[]): readonly Range[] {
  const apart: [start: number, end: number][] = [];
  for (const [start, end] of ranges) {
    const before = apart.at(-1);
    if (before && start < before[1]) before[1] = Math.max(before[1], end);
    else apart.push([start, end]);
  }
  return apart;
}
