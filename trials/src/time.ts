import type { FakeRuntime } from '@sitemessage/core/testing';

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
