import type { AnyMessenger, Delivery } from '@sitemessage/core';
import { never } from './sending.ts';

/** All that is left of an attempt to send, in which no secret may be: the messenger, its limits, the session, and last what was thrown or returned. */
export async function traces(messenger: AnyMessenger, delivery: Delivery): Promise<readonly unknown[]> {
  const left: unknown[] = [messenger, messenger.open, messenger.limits?.(delivery.address)];
  try {
    const session = await messenger.open(never());
    left.push(session);
    try {
      left.push(await session.send(delivery, never()));
    } finally {
      await session.close?.();
    }
  } catch (error) {
    left.push(error);
  }
  return left;
}
