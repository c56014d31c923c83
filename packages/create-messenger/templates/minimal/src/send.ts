import { type Delivery, PermanentError, type Receipt, type SendContext } from '@sitemessage/core';
import { errorFor, failureOf } from './errors.ts';
import type { Settings } from './options.ts';

/** One message, as one request. CHANGE: what stands in it. */
export async function send(
  { token, apiRoot }: Settings,
  { id, address, content: { text } }: Delivery,
  { signal }: SendContext,
): Promise<Receipt> {
  if (text === '') throw new PermanentError('there is no text to send', { code: 'my_protocol_empty' });
  const headers = { authorization: `Bearer ${token}`, 'idempotency-key': id };
  const request = { method: 'POST', headers, body: JSON.stringify({ to: address, text }), redirect: 'manual', signal } as const;
  const response = await fetch(`${apiRoot}/messages`, request).catch((error: unknown) => {
    throw failureOf(error);
  });
  await response.body?.cancel();
  if (!response.ok) throw errorFor(response);
  return { providerId: id };
}
