import { channel } from 'node:diagnostics_channel';
import type { SitemessageEvent } from '@sitemessage/core';

const events = channel('sitemessage');

/** Publishes events to the tools of this process. Pass it to `site.onEvent`. */
export function publish(event: SitemessageEvent): void {
  events.publish(event);
}
