import type { Delivery, Receipt, SendContext } from '@sitemessage/core';
import { createHttp, jsonObject, retryAfter } from '@sitemessage/http';
import { textOf } from './content.ts';
import { errorFor } from './errors.ts';
import type { Settings } from './options.ts';

/** The provider's API, as one account. */
export interface Api {
  send(delivery: Delivery, context: SendContext): Promise<Receipt>;
  close(): void;
}

/** Whoever sends has a signal that knows how long to wait: `timeoutMs` of the messenger. */
const timeoutMs = 2 ** 31 - 1;

export function openApi({ token, apiRoot, proxy }: Settings): Api {
  // What stands in `secrets` is taken out of every error and every excerpt, also of an id: a broken provider may answer with the token.
  const http = createHttp({ baseUrl: apiRoot, proxy, timeoutMs, secrets: [token] });
  return {
    async send({ id, address, content }, { signal }) {
      // The id is the same for every attempt. CHANGE: how the provider is told, so that it drops what it has already.
      const headers = { authorization: `Bearer ${token}`, 'idempotency-key': id };
      const json = { to: address, text: textOf(content), silent: content['pigeon-post']?.silent ?? false };
      // This provider's replies say more than their status. Without `throwHttpErrors: false` an error would say what the status says.
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
