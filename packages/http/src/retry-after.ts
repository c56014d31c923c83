/** RFC 9110, 5.6.7, with the two obsolete forms, of which one does not say that it is GMT. `Date.parse` alone makes a date of nearly everything. */
const httpDate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\w :-]+$/;

/** The header `Retry-After` in milliseconds (RFC 9110, 10.2.3: seconds, or a date). Undefined when there is none, or none that can be read. */
export const retryAfter = (headers: Headers): number | undefined => readRetryAfter(headers.get('retry-after') ?? '');

/** The same of what stands in the header. */
export function readRetryAfter(header: string): number | undefined {
  const value = header.trim();
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  if (!httpDate.test(value)) return undefined;
  const at = Date.parse(value.endsWith(' GMT') ? value : `${value} GMT`);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}
