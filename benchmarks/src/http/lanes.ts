import { telegram } from '@sitemessage/messenger-telegram';
import ky from 'ky';
import type { Place } from './place.ts';

/** A way to send one text to one chat. */
export interface Lane {
  send(chat: number, text: string): Promise<void>;
  close(): Promise<void>;
}

interface Reply {
  readonly ok: boolean;
}

/** As the worker calls it: each message has a signal of its own. */
async function sitemessage({ token, apiRoot }: Place): Promise<Lane> {
  const session = await telegram({ token, apiRoot }).open({ signal: new AbortController().signal });
  return {
    async send(chat, text) {
      const message = { id: 'm1', type: 'plain' };
      const delivery = { id: `d${chat}`, address: String(chat), attempt: 1, message, content: { text } };
      await session.send(delivery, { signal: new AbortController().signal });
    },
    close: async () => session.close?.(),
  };
}

/** ky as it comes, with nothing that could try again. */
async function kyOnFetch({ token, apiRoot }: Place): Promise<Lane> {
  const http = ky.create({ prefix: `${apiRoot}/bot${token}`, retry: 0 });
  return {
    async send(chat, text) {
      const { ok } = await http.post('sendMessage', { json: { chat_id: chat, text } }).json<Reply>();
      if (!ok) throw new Error('It was refused.');
    },
    close: async () => undefined,
  };
}

/** What anybody would write first. */
async function bareFetch({ token, apiRoot }: Place): Promise<Lane> {
  return {
    async send(chat, text) {
      const response = await fetch(`${apiRoot}/bot${token}/sendMessage`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ chat_id: chat, text }),
      });
      const { ok } = (await response.json()) as Reply;
      if (!ok) throw new Error('It was refused.');
    },
    close: async () => undefined,
  };
}

export const lanes: Readonly<Record<'sitemessage' | 'ky on fetch' | 'fetch', (place: Place) => Promise<Lane>>> = {
  sitemessage,
  'ky on fetch': kyOnFetch,
  fetch: bareFetch,
};

export type LaneName = keyof typeof lanes;
