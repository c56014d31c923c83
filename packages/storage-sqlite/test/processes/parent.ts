import { once } from 'node:events';

/** Returns the options that the test has given this process. */
export const optionsFromTest = <Options>(): Options => JSON.parse(process.argv[2] as string);

/** Sends a value to the test. */
export const report = (value: unknown): void => void process.send?.(value);

/** Waits until the test lets it go on. */
export async function waitForGo(): Promise<void> {
  report('waiting');
  await once(process, 'message');
}
