import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { xmpp } from '@sitemessage/messenger-xmpp';
import { client, type Element, xml } from '@xmpp/client';
import type { SandboxAddress } from './sandbox.ts';

/** The library's types lack these two. */
declare module '@xmpp/client' {
  interface Client {
    readonly streamManagement: { readonly enabled: boolean };
    send(element: Element): Promise<void>;
  }
}

/** A way to send texts to one address, in order. */
export interface Sender {
  send(texts: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

const to = 'ann@example.com';

/** Sends as a worker does: several at a time, each with its own signal and result. */
async function sitemessage({ jid, password, host, port, ca }: SandboxAddress): Promise<Sender> {
  const messenger = xmpp({ jid, password, host, port, ca });
  const session = await messenger.open({ signal: new AbortController().signal });
  return {
    async send(texts) {
      let next = 0;
      const work = async (): Promise<void> => {
        while (next < texts.length) {
          const text = texts[next] as string;
          next += 1;
          const delivery = { id: crypto.randomUUID(), address: to, attempt: 1, message: { id: 'm1', type: 'plain' }, content: { text } };
          await session.send(delivery, { signal: new AbortController().signal });
        }
      };
      await Promise.all(Array.from({ length: messenger.concurrency }, work));
    },
    close: async () => session.close?.(),
  };
}

/** Sends with the library and stream management. A send resolves when its bytes are written. */
async function written(address: SandboxAddress): Promise<Sender> {
  const bare = await startBare(address);
  return {
    async send(texts) {
      for (const text of texts) await bare.send(message(text));
    },
    close: bare.close,
  };
}

/** Sends with the library, then waits until the server has acknowledged the last message. */
async function acknowledged(address: SandboxAddress): Promise<Sender> {
  const bare = await startBare(address);
  return {
    async send(texts) {
      const before = bare.handled();
      for (const text of texts) await bare.send(message(text));
      await bare.send(xml('r', { xmlns: management }));
      await bare.until((handled) => handled >= before + texts.length);
    },
    close: bare.close,
  };
}

const management = 'urn:xmpp:sm:3';
const message = (text: string): Element => xml('message', { to, type: 'chat', id: crypto.randomUUID() }, xml('body', {}, text));

async function startBare({ jid, password, host, port, ca }: SandboxAddress) {
  setDefaultCACertificates([...new Set([...getCACertificates('default'), ca])]);
  const [username = '', domain = ''] = jid.split('@');
  const bare = client({
    service: `xmpp://${host}:${port}`,
    domain,
    username,
    resource: undefined,
    timeout: 10_000,
    credentials: (authenticate) => authenticate({ username, password }, 'SCRAM-SHA-1'),
  });
  bare.on('error', (error: Error) => {
    throw error;
  });
  let handled = 0;
  const enabled = new Promise<void>((resolve) => {
    bare.on('nonza', (element: Element) => {
      if (element.is('enabled', management)) resolve();
      if (element.is('a', management)) handled = Number(element.attrs.h);
    });
  });
  await bare.start();
  await enabled;
  return {
    send: (element: Element) => bare.send(element),
    handled: () => handled,
    async until(fits: (handled: number) => boolean) {
      while (!fits(handled)) await new Promise((resolve) => bare.once('nonza', resolve));
    },
    async close() {
      bare.reconnect.stop();
      await bare.stop();
    },
  };
}

export const senders: Readonly<
  Record<'sitemessage' | 'xmpp.send(), written' | 'xmpp.send(), acknowledged', (address: SandboxAddress) => Promise<Sender>>
> = {
  sitemessage,
  'xmpp.send(), written': written,
  'xmpp.send(), acknowledged': acknowledged,
};

export type SenderName = keyof typeof senders;
