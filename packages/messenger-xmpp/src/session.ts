import { errorKind, type Redactor, redactor as redactorFor, type SendContext, type Session } from '@sitemessage/core';
import { Aside } from './aside.ts';
import { Channel } from './channel.ts';
import { composeMessage } from './message.ts';
import type { Settings } from './options.ts';
import type { Suspects } from './suspects.ts';

/** One connection for nearly everything, and another one while something is suspected. */
export async function openSession(settings: Settings, suspects: Suspects, { signal }: SendContext): Promise<Session> {
  const redactor = createRedactor(settings);
  const main = await Channel.open(settings, signal, redactor, false);
  const aside = new Aside(settings, redactor);

  return {
    async send(delivery, { signal }) {
      const message = composeMessage(delivery);
      main.assertOpen();
      try {
        await (suspects.has(message.id) ? aside : main).send(message, signal);
        suspects.acquit(message.id);
      } catch (error) {
        // Of those who wait at the door of a room, it may be the door.
        if (errorKind(error) === 'unknown' || (message.isToRoom && main.hasEnded)) suspects.add(message.id);
        throw error;
      }
      return {};
    },
    async close() {
      await Promise.all([main.close(), aside.close()]);
    },
  };
}

/** As they travel: alone, and as PLAIN has them. */
function createRedactor({ user, password, proxy }: Settings): Redactor {
  const plain = Buffer.from(`\0${user}\0${password}`).toString('base64');
  return redactorFor([password, plain, proxy && decodeURIComponent(proxy.password)]);
}
