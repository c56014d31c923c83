import type { AnyMessenger, Content, Delivery, Receipt, Session, SitemessageError } from '@sitemessage/core';
import type { FakeRuntime } from '@sitemessage/core/testing';
import { expect } from 'vitest';

/** Returns options with a signal that is never aborted. */
export const never = (): { readonly signal: AbortSignal } => ({ signal: new AbortController().signal });

let count = 0;

/** Makes a delivery as core does, with a new id each time. */
export function delivery(address: string, content: Partial<Content> = {}): Delivery {
  count += 1;
  const id = `00000000-0000-7000-8000-${String(count).padStart(12, '0')}`;
  return { id, address, attempt: 1, message: { id: 'm1', type: 'test' }, content: { text: 'Hello', ...content } };
}

/** Opens a session, runs `work` with it, and closes it. */
export async function withSession<T>(messenger: AnyMessenger, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await messenger.open(never());
  try {
    return await work(session);
  } finally {
    await session.close?.();
  }
}

/** Sends one message to one recipient, in a new session. */
export function sendTo(messenger: AnyMessenger, address: string, content?: Partial<Content>): Promise<Receipt> {
  return withSession(messenger, (session) => session.send(delivery(address, content), never()));
}

/** Returns the error that `work` throws or rejects with. Fails the test when there is none. */
export async function rejection(work: Promise<unknown> | (() => unknown)): Promise<SitemessageError & Readonly<Record<string, unknown>>> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    return error as SitemessageError & Readonly<Record<string, unknown>>;
  }
  return expect.fail('it should have been refused');
}

/**
 * Tries to send, and returns everything that an application can see of it: the messenger, its limits, the
 * session, and last the receipt or the error. No secret may be in any of them.
 */
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

/**
 * Advances the fake clock by 10 ms at a time until `work` settles. Real network replies arrive between the
 * steps.
 */
export async function whileTimePasses<T>(runtime: FakeRuntime, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = (): void => {
    isDone = true;
  };
  work.then(done, done);
  while (!isDone) await runtime.advance(10);
  return work;
}
