import { type Receipt, redactor, type SendContext, type Session } from '@sitemessage/core';
import { type Connection, openConnection } from './connection.ts';
import { textOf } from './content.ts';
import { connectionError, errorFor, interrupted, noReply, openingError } from './errors.ts';
import type { Settings } from './options.ts';

/** A message that was written, and waits for its reply. */
interface Waiting {
  resolve(receipt: Receipt): void;
  reject(error: Error): void;
}

/** Opens a connection and logs in. */
export async function openSession(settings: Settings, { signal }: SendContext): Promise<Session> {
  const { text: hide } = redactor([settings.token]);
  const connection = await openConnection(settings, signal).catch((error: Error) => {
    throw openingError(error, hide);
  });
  /** The messages that wait for a reply, by id. */
  const waiting = new Map<string, Waiting>();

  const loggedIn = new Promise<void>((resolve, reject) => {
    connection.onReply(({ re, ...reply }) => {
      const refusal = reply.error === undefined ? undefined : errorFor({ ...reply, error: reply.error }, hide);
      if (re === undefined) return refusal ? reject(refusal) : resolve();
      if (refusal) waiting.get(re)?.reject(refusal);
      else waiting.get(re)?.resolve(reply.id === undefined ? {} : { providerId: hide(reply.id) });
    });
    connection.onEnd(() => {
      reject(connectionError('the connection ended before the reply to the login'));
      for (const message of waiting.values()) message.reject(interrupted());
    });
  });
  await logIn(connection, loggedIn, settings, signal);

  return {
    send: ({ id, address, content }, { signal }) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const text = textOf(content);
        const abort = (): void => waiting.get(id)?.reject(noReply());
        const done = (): void => {
          waiting.delete(id);
          signal.removeEventListener('abort', abort);
        };
        waiting.set(id, {
          resolve(receipt) {
            done();
            resolve(receipt);
          },
          reject(error) {
            done();
            reject(error);
          },
        });
        signal.addEventListener('abort', abort);
        if (!connection.write({ id, to: address, text })) {
          waiting.get(id)?.reject(connectionError('the connection ended before the message was written'));
        }
      }),
    close: () => connection.close(),
  };
}

/** Sends the login, and waits for its reply. The signal stops the login only, not the session. */
async function logIn(connection: Connection, loggedIn: Promise<void>, { token }: Settings, signal: AbortSignal): Promise<void> {
  const abort = (): void => connection.destroy();
  signal.addEventListener('abort', abort);
  try {
    if (signal.aborted) abort();
    connection.write({ login: token });
    await loggedIn;
  } catch (error) {
    connection.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
