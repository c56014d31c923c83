import type { SitemessageEvent } from '@sitemessage/core';

const counted = new Set<SitemessageEvent['type']>([
  'sent',
  'error',
  'failed',
  'skipped',
  'released',
  'recovered',
]);
const totals = new Map<string, number>();

/** For `site.onEvent(count)`. */
export function count(event: SitemessageEvent): void {
  if (!counted.has(event.type) || !('dispatch' in event)) return;
  const series = `sitemessage_dispatches_total{messenger="${event.dispatch.messenger}",result="${event.type}"}`;
  totals.set(series, (totals.get(series) ?? 0) + 1);
}

/** The text that Prometheus reads. */
export const metrics = (): string =>
  [...totals].map(([series, total]) => `${series} ${total}\n`).join('');
