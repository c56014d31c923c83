import type { AnyMessenger, Content, Delivery, Receipt, Session, SitemessageError } from '@sitemessage/core';
import type { FakeRuntime } from '@sitemessage/core/testing';
import { expect } from 'vitest';

/** A signal that nobody aborts. */
export const never = (): { readonly signal: AbortSignal } => ({ signal: new AbortController().signal });

let count = 0;

/** A delivery as core makes it, with an id of its own. */
export function delivery(address = '12345', content: Partial<Content> = {}): Delivery {
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
export function sendOne(messenger: AnyMessenger, address?: string, content?: Partial<Content>): Promise<Receipt> {
  return withSession(messenger, (session) => session.send(delivery(address, content), never()));
}

/** What this rejects with, or throws. */
export async function rejection(work: Promise<unknown> | (() => unknown)): Promise<SitemessageError & Readonly<Record<string, unknown>>> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    return error as SitemessageError & Readonly<Record<string, unknown>>;
  }
  return expect.fail('it should have been refused');
}

/** Lets time pass until the work is done: turn by turn, so that what waits for the network gets on as well. */
export async function whileTimePasses<T>(runtime: FakeRuntime, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = (): void => {
    isDone = true;
  };
  work.then(done, done);
  while (!isDone) await runtime.advance(10);
  return work;
}
