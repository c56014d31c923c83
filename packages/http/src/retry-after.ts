/**
 * A date as in RFC 9110, 5.6.7, also in its two obsolete forms, one of which does not end with GMT.
 * `Date.parse` alone would make a date of nearly every text.
 */
const httpDate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\w :-]+$/;

/**
 * Returns the header `Retry-After` in milliseconds from now (RFC 9110, 10.2.3: seconds, or a date). Undefined
 * when it is missing, or is neither.
 */
export const retryAfter = (headers: Headers): number | undefined => readRetryAfter(headers.get('retry-after') ?? '');

/** Reads the value of a header `Retry-After`. */
export function readRetryAfter(header: string): number | undefined {
  const value = header.trim();
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  if (!httpDate.test(value)) return undefined;
  const at = Date.parse(value.endsWith(' GMT') ? value : `${value} GMT`);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
