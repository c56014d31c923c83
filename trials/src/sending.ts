import type { AnyMessenger, Content, Delivery, Receipt, Session } from '@sitemessage/core';

/** A signal that nobody aborts. */
export const never = (): { readonly signal: AbortSignal } => ({ signal: new AbortController().signal });

let count = 0;

/** A delivery as core makes it, with an id of its own. */
export function delivery(address: string, content: Partial<Content> = {}): Delivery {
  count += 1;
  const id = `00000000-0000-7000-8000-${String(count).padStart(12, '0')}`;
  return { id, address, attempt: 1, message: { id: 'm1', type: 'test' }, content: { text: 'Hello', ...content } };
}

/** Opens a session, hands it over, and closes it. */
export async function withSession<T>(messenger: AnyMessenger, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await messenger.open(never());
  try {
    return await work(session);
  } finally {
    await session.close?.();
  }
}

/** One message to one recipient, in a session of its own. */
export function sendTo(messenger: AnyMessenger, address: string, content?: Partial<Content>): Promise<Receipt> {
  return withSession(messenger, (session) => session.send(delivery(address, content), never()));
}
