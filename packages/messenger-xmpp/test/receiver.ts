import { once } from 'node:events';
import { client, type Element, xml } from '@xmpp/client';

const namespace = 'http://jabber.org/protocol/muc';

/** Another client, which uses the library without changes. */
interface Receiver extends AsyncDisposable {
  /** Returns the oldest message that was not returned yet. */
  next(): Promise<Element>;
  /** Joins this room. */
  join(room: string): Promise<void>;
  /** Makes newcomers of its room read-only. */
  silence(room: string): Promise<void>;
  /** Destroys its room. */
  destroy(room: string): Promise<void>;
  /** Blocks this account. */
  block(account: string): Promise<void>;
  unblock(account: string): Promise<void>;
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
  /** Rejects when the server refuses. */
  const set = (to: string | undefined, child: Element): Promise<unknown> =>
    receiver.iqCaller.request(xml('iq', { type: 'set', to }, child));
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
    async join(room) {
      const isIn = new Promise<void>((resolve) => {
        receiver.on('stanza', ({ name, attrs }: Element) => name === 'presence' && attrs.from?.startsWith(`${room}/`) && resolve());
      });
      await receiver.sendMany([xml('presence', { to: `${room}/${username}` }, xml('x', { xmlns: namespace }))]);
      await isIn;
    },
    async silence(room) {
      const fields = { FORM_TYPE: `${namespace}#roomconfig`, 'muc#roomconfig_moderatedroom': '1', members_by_default: '0' };
      const form = Object.entries(fields).map(([name, value]) => xml('field', { var: name }, xml('value', {}, value)));
      await set(room, xml('query', { xmlns: `${namespace}#owner` }, xml('x', { xmlns: 'jabber:x:data', type: 'submit' }, ...form)));
    },
    async destroy(room) {
      await set(room, xml('query', { xmlns: `${namespace}#owner` }, xml('destroy', {})));
    },
    async block(account) {
      await set(undefined, xml('block', { xmlns: 'urn:xmpp:blocking' }, xml('item', { jid: account })));
    },
    async unblock(account) {
      await set(undefined, xml('unblock', { xmlns: 'urn:xmpp:blocking' }, xml('item', { jid: account })));
    },
    async [Symbol.asyncDispose]() {
      await receiver.stop();
    },
  };
}
