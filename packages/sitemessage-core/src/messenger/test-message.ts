import { systemRuntime } from '../runtime.ts';
import type { AnyMessenger, Receipt } from './messenger.ts';

const defaultText = 'This is a test message from sitemessage.';

/**
 * Sends one message at once, past every queue, to see whether a messenger is set up right. Needs no site and no storage.
 *
 * @throws whatever went wrong: an `AddressError`, or what the messenger's `open` or `send` threw.
 */
export async function sendTestMessage(messenger: AnyMessenger, to: unknown, text: string = defaultText): Promise<Receipt> {
  const address = messenger.getAddress(to as never);
  const over = new AbortController();
  const cut = new AbortController();
  void systemRuntime.sleep(messenger.timeoutMs, over.signal).then(() => cut.abort());
  const context = { signal: cut.signal };
  try {
    const session = await messenger.open(context);
    try {
      const message = { id: systemRuntime.id(), type: 'plain' };
      return await session.send({ id: systemRuntime.id(), address, attempt: 1, message, content: { text, subject: text } }, context);
    } finally {
      await session.close?.().catch(() => undefined);
    }
  } finally {
    over.abort();
  }
}
