import type { AnyMessenger, Content, Receipt, Session } from '@sitemessage/core';
import { delivery } from './delivery.ts';

/** A signal that nobody aborts. */
export const never = (): { readonly signal: AbortSignal } => ({ signal: new AbortController().signal });

/** Opens a session, hands it over, and closes it. */
export async function withSession<T>(messenger: AnyMessenger, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await messenger.open(never());
  try {
    return await work(session);
  } finally {
    await session.close?.();
  }
}

/** One message to one chat, in a session of its own. */
export function sendOne(messenger: AnyMessenger, content: Partial<Content> = {}, address = '12345678'): Promise<Receipt> {
  return withSession(messenger, (session) => session.send(delivery(address, content), never()));
}
