import { once } from 'node:events';
import { client, type Element, xml } from '@xmpp/client';

/** Somebody else's client, as the library comes. */
interface Receiver extends AsyncDisposable {
  /** The oldest message that nobody has asked for yet. */
  next(): Promise<Element>;
  /** Enters this room. */
  enter(room: string): Promise<void>;
}

export async function startReceiver(port: number, username: string, password: string): Promise<Receiver> {
  const receiver = client({
    service: `xmpp://127.0.0.1:${port}`,
    domain: 'localhost',
    username,
    resource: 'the phone',
    timeout: 10_000,
    credentials: (authenticate) => authenticate({ username, password }, 'PLAIN'),
  });
  receiver.reconnect.stop();
  receiver.on('error', () => undefined);
  const messages: Element[] = [];
  receiver.on('stanza', (stanza: Element) => {
    if (stanza.name !== 'message' || stanza.getChildText('body') === null) return;
    messages.push(stanza);
    receiver.emit('message');
  });
  await receiver.start();
  await receiver.sendMany([xml('presence')]);
  await once(receiver, 'stanza');
  return {
    async next() {
      for (;;) {
        const message = messages.shift();
        if (message) return message;
        await new Promise<void>((resolve) => receiver.once('message', resolve));
      }
    },
    async enter(room) {
      const isIn = new Promise<void>((resolve) => {
        receiver.on('stanza', ({ name, attrs }: Element) => name === 'presence' && attrs.from?.startsWith(`${room}/`) && resolve());
      });
      await receiver.sendMany([xml('presence', { to: `${room}/${username}` }, xml('x', { xmlns: 'http://jabber.org/protocol/muc' }))]);
      await isIn;
    },
    async [Symbol.asyncDispose]() {
      await receiver.stop();
    },
  };
}
