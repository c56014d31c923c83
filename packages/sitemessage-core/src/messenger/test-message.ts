import { ArgumentError, UnknownOutcomeError } from '../errors.ts';
import { kindOf } from '../foreign.ts';
import { systemRuntime } from '../runtime.ts';
import { withTimeout } from '../timeout.ts';
import { normalizeAddress } from './address.ts';
import type { AnyMessenger, Delivery, Receipt } from './messenger.ts';
import { readReceipt } from './receipt.ts';
import { createSessionKeeper } from './session.ts';

const defaultText = 'This is a test message from sitemessage.';

/**
 * Sends one message at once, past the queue, to test the settings of a messenger. Needs no site and no
 * storage. `text` is also the subject. Default: "This is a test message from sitemessage."
 *
 * @throws ArgumentError when `text` is not a string.
 * @throws AddressError when the messenger refuses the address.
 * @throws TransientError `open_timeout` when no session opens within the messenger's `timeoutMs`.
 * @throws UnknownOutcomeError `send_timeout` when `send` does not end within `timeoutMs`.
 * @throws unknown The error that the messenger's `open` or `send` threw.
 */
export async function sendTestMessage(messenger: AnyMessenger, to: unknown, text: string = defaultText): Promise<Receipt> {
  if (typeof text !== 'string') throw new ArgumentError(`\`text\` must be a string, not ${kindOf(text)}.`, { field: 'text' });
  const delivery: Delivery = {
    id: systemRuntime.id(),
    address: normalizeAddress(messenger, to),
    attempt: 1,
    message: { id: systemRuntime.id(), type: 'plain' },
    content: { text, subject: text },
  };
  const never = new AbortController().signal;
  const keeper = createSessionKeeper(messenger, systemRuntime);
  try {
    const session = await keeper.get(never);
    const sending = await withTimeout(messenger.timeoutMs, never, systemRuntime, (signal) => session.send(delivery, { signal }));
    if (sending.done) return readReceipt(sending.value);
    throw new UnknownOutcomeError(`"${messenger.alias}" did not say within ${messenger.timeoutMs} ms whether it sent the message.`, {
      code: 'send_timeout',
    });
  } finally {
    await keeper.close();
  }
}
