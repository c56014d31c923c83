import { type Delivery, PermanentError, type Receipt, type SendContext } from '@sitemessage/core';
import { errorFor, failureOf } from './errors.ts';
import type { Settings } from './options.ts';

/** Sends a message with one request. CHANGE: the request of your provider. */
export async function send(
  { token, apiRoot }: Settings,
  { id, address, content: { text } }: Delivery,
  { signal }: SendContext,
): Promise<Receipt> {
  if (text === '') throw new PermanentError('the message has no `text`. Only `text` is sent', { code: 'my_protocol_empty' });
  const headers = { authorization: `Bearer ${token}`, 'idempotency-key': id };
  const request = { method: 'POST', headers, body: JSON.stringify({ to: address, text }), redirect: 'manual', signal } as const;
  const response = await fetch(`${apiRoot}/messages`, request).catch((error: unknown) => {
    throw failureOf(error);
  });
  await response.body?.cancel();
  if (!response.ok) throw errorFor(response);
  return { providerId: id };
}
