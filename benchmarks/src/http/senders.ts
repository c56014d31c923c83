import { telegram } from '@sitemessage/messenger-telegram';
import ky from 'ky';
import type { SandboxAddress } from './sandbox.ts';

/** A way to send one text to one chat. */
export interface Sender {
  send(chat: number, text: string): Promise<void>;
  close(): Promise<void>;
}

interface Reply {
  readonly ok: boolean;
}

/** Sends as a worker does: each message has its own signal. */
async function sitemessage({ token, apiRoot }: SandboxAddress): Promise<Sender> {
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

/** Sends with ky, without retries. */
async function kyOnFetch({ token, apiRoot }: SandboxAddress): Promise<Sender> {
  const http = ky.create({ prefix: `${apiRoot}/bot${token}`, retry: 0 });
  return {
    async send(chat, text) {
      const { ok } = await http.post('sendMessage', { json: { chat_id: chat, text } }).json<Reply>();
      if (!ok) throw new Error('The server refused it.');
    },
    close: async () => undefined,
  };
}

/** Sends with `fetch`. */
async function bareFetch({ token, apiRoot }: SandboxAddress): Promise<Sender> {
  return {
    async send(chat, text) {
      const response = await fetch(`${apiRoot}/bot${token}/sendMessage`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ chat_id: chat, text }),
      });
      const { ok } = (await response.json()) as Reply;
      if (!ok) throw new Error('The server refused it.');
    },
    close: async () => undefined,
  };
}

export const senders: Readonly<Record<'sitemessage' | 'ky on fetch' | 'fetch', (address: SandboxAddress) => Promise<Sender>>> = {
  sitemessage,
  'ky on fetch': kyOnFetch,
  fetch: bareFetch,
};

export type SenderName = keyof typeof senders;
