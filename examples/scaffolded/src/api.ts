import type { Delivery, Receipt, SendContext } from '@sitemessage/core';
import { createHttp, jsonObject, retryAfter } from '@sitemessage/http';
import { textOf } from './content.ts';
import { errorFor } from './errors.ts';
import type { Settings } from './options.ts';

/** The provider's API, with one account. */
export interface Api {
  send(delivery: Delivery, context: SendContext): Promise<Receipt>;
  close(): void;
}

/** The longest delay of a timer. The signal of each send has the timeout: `timeoutMs` of the messenger. */
const timeoutMs = 2 ** 31 - 1;

export function openApi({ token, apiRoot, proxy }: Settings): Api {
  // `secrets` are removed from every error and every excerpt. A broken provider can answer with the token.
  const http = createHttp({ baseUrl: apiRoot, proxy, timeoutMs, secrets: [token] });
  return {
    async send({ id, address, content }, { signal }) {
      // The id is the same for every attempt. CHANGE: the idempotency key of your provider, if it has one.
      const headers = { authorization: `Bearer ${token}`, 'idempotency-key': id };
      const json = { to: address, text: textOf(content), silent: content['pigeon-post']?.silent ?? false };
      // `throwHttpErrors: false`, because this provider's replies say more than their status.
      const response = await http.post('messages', { headers, json, signal, throwHttpErrors: false });
      const text = await response.text();
      const reply = jsonObject(text);
      if (response.ok && typeof reply?.id === 'string') return { providerId: http.excerpt(reply.id) };
      throw errorFor({
        status: response.status,
        code: typeof reply?.error === 'string' ? reply.error : undefined,
        words: http.excerpt(String(reply?.message ?? text)),
        retryAfterMs: retryAfter(response.headers),
      });
    },
    close: () => http.close(),
  };
}
