import { ConfigurationError, type Redactor } from '@sitemessage/core';

const longestMs = 10_000;

/**
 * Waits until the application has stored new tokens, and not for ever.
 *
 * @throws ConfigurationError of code `twitter_on_token`.
 */
export async function handOver(storing: Promise<void>, redactor: Redactor): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`it did not end within ${longestMs / 1_000} s.`)), longestMs);
  // Whoever waits for it has a timer, too.
  timer.unref();
  try {
    await Promise.race([storing, late]);
  } catch (error) {
    const cause = redactor.cause(error);
    throw new ConfigurationError(`\`oauth2.onToken\` did not store the new tokens: ${cause?.message}`, { code: 'twitter_on_token', cause });
  } finally {
    clearTimeout(timer);
  }
}
