import { type Receipt, redactor, type SendContext, type Session, UnknownOutcomeError } from '@sitemessage/core';
import { textOf } from './content.ts';
import { connectionError, errorFor, openingError } from './errors.ts';
import { type Line, openLine } from './line.ts';
import type { Settings } from './options.ts';

interface Waiting {
  resolve(receipt: Receipt): void;
  reject(error: Error): void;
}

/** Connects and logs in. */
export async function openSession(settings: Settings, { signal }: SendContext): Promise<Session> {
  const { text: hide } = redactor([settings.token]);
  const line = await openLine(settings, signal).catch((error: Error) => {
    throw openingError(error, hide);
  });
  /** Those that are written and not answered, by the id of the message. */
  const waiting = new Map<string, Waiting>();

  const logIn = new Promise<void>((resolve, reject) => {
    line.onReply(({ re, ...reply }) => {
      const refusal = reply.error === undefined ? undefined : errorFor({ ...reply, error: reply.error }, hide);
      if (re === undefined) return refusal ? reject(refusal) : resolve();
      settle(waiting, re, reply.id === undefined ? {} : { providerId: hide(reply.id) }, refusal);
    });
    line.onEnd(() => {
      reject(connectionError('the line broke before the login was answered'));
      // They were written, and nobody knows whether they arrived. Core opens another session for what comes next.
      for (const { reject } of waiting.values()) reject(lost('the line broke before the reply'));
    });
  });
  await loggedIn(line, logIn, settings, signal);

  return {
    send: ({ id, address, content }, { signal }) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const text = textOf(content);
        // The session goes on: its reply, when it comes, is nobody's.
        const abort = (): void => waiting.get(id)?.reject(unknown('it was aborted before the reply'));
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
        if (!line.write({ id, to: address, text })) waiting.get(id)?.reject(connectionError('the line broke before it was written'));
      }),
    close: () => line.close(),
  };
}

/** The signal concerns opening alone: aborted later, it changes nothing. */
async function loggedIn(line: Line, logIn: Promise<void>, { token }: Settings, signal: AbortSignal): Promise<void> {
  const abort = (): void => line.destroy();
  signal.addEventListener('abort', abort);
  try {
    if (signal.aborted) abort();
    line.write({ login: token });
    await logIn;
  } catch (error) {
    line.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function settle(waiting: ReadonlyMap<string, Waiting>, re: string, receipt: Receipt, refusal: Error | undefined): void {
  if (refusal) waiting.get(re)?.reject(refusal);
  else waiting.get(re)?.resolve(receipt);
}

const unknown = (words: string): Error =>
  new UnknownOutcomeError(`The message was written, and then ${words}.`, { code: 'my_protocol_no_reply' });
const lost = (words: string): Error =>
  new UnknownOutcomeError(`The message was written, and then ${words}.`, { code: 'my_protocol_line_broke', sessionLost: true });
