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

/** Counts an event. Pass it to `site.onEvent`. */
export function count(event: SitemessageEvent): void {
  if (!counted.has(event.type) || !('dispatch' in event)) return;
  const { messenger } = event.dispatch;
  const labels = `messenger="${messenger}",result="${event.type}"`;
  const series = `sitemessage_dispatches_total{${labels}}`;
  totals.set(series, (totals.get(series) ?? 0) + 1);
}

/** Returns the text that Prometheus reads. */
export const metrics = (): string =>
  [...totals].map(([series, total]) => `${series} ${total}\n`).join('');
