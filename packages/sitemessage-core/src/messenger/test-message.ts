import { UnknownOutcomeError } from '../errors.ts';
import { systemRuntime } from '../runtime.ts';
import { within } from '../within.ts';
import type { AnyMessenger, Receipt, SendContext } from './messenger.ts';

const defaultText = 'This is a test message from sitemessage.';

/**
 * Sends one message at once, past every queue, to see whether a messenger is set up right. Needs no site and no storage.
 *
 * @throws whatever went wrong: an `AddressError`, or what the messenger's `open` or `send` threw.
 */
export async function sendTestMessage(messenger: AnyMessenger, to: unknown, text: string = defaultText): Promise<Receipt> {
  const address = messenger.getAddress(to as never);
  const never = new AbortController().signal;
  const sending = await within(messenger.timeoutMs, never, systemRuntime, (signal) => openAndSend(messenger, address, text, { signal }));
  if (sending.done) return sending.value;
  throw new UnknownOutcomeError(`"${messenger.alias}" did not say within ${messenger.timeoutMs} ms whether it sent the message.`, {
    code: 'send_timeout',
  });
}

async function openAndSend(messenger: AnyMessenger, address: string, text: string, context: SendContext): Promise<Receipt> {
  const session = await messenger.open(context);
  try {
    const message = { id: systemRuntime.id(), type: 'plain' };
    return await session.send({ id: systemRuntime.id(), address, attempt: 1, message, content: { text, subject: text } }, context);
  } finally {
    await session.close?.().catch(() => undefined);
  }
}
