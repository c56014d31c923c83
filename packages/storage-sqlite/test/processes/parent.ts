import { once } from 'node:events';

/** What the test wants of this process. */
export const ordersFrom = <Orders>(): Orders => JSON.parse(process.argv[2] as string);

export const report = (what: unknown): void => void process.send?.(what);

/** Waits until the test lets it go on. */
export async function waitForGo(): Promise<void> {
  report('waiting');
  await once(process, 'message');
}
