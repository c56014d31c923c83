import type { SitemessageEvent } from '@sitemessage/core';

// #region levels
type Level = 'debug' | 'info' | 'warn' | 'error';

const levels: Readonly<Record<SitemessageEvent['type'], Level>> = {
  scheduled: 'debug',
  released: 'debug',
  sent: 'info',
  skipped: 'info',
  moved: 'info',
  reported: 'info',
  unsubscribed: 'info',
  suppressed: 'info',
  resumed: 'info',
  type_resumed: 'info',
  storage_recovered: 'info',
  watch_recovered: 'info',
  error: 'warn',
  recovered: 'warn',
  deferred: 'warn',
  untouched: 'warn',
  watch_failed: 'warn',
  subscriber_failed: 'warn',
  failed: 'error',
  paused: 'error',
  type_paused: 'error',
  storage_failed: 'error',
};
// #endregion levels

// #region log
/** Writes an event as one line of JSON. Pass it to `site.onEvent`. */
export function log(event: SitemessageEvent): void {
  const line = {
    at: new Date().toISOString(),
    level: levels[event.type],
    ...event,
  };
  console.log(JSON.stringify(line, withoutAddress));
}

/** Addresses are personal data. The dispatch id finds them in the storage. */
function withoutAddress(name: string, value: unknown): unknown {
  return name === 'address' || name === 'movedTo' ? undefined : value;
}
// #endregion log
