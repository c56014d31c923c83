import { TransientError } from '../errors.ts';
import type { Runtime } from '../runtime.ts';
import { withTimeout } from '../timeout.ts';
import type { AnyMessenger, Session } from './messenger.ts';

/** Keeps one session of a messenger open while there is something to send. */
export interface SessionKeeper {
  /**
   * Returns the open session, or opens one. All callers share it.
   *
   * @throws TransientError `open_timeout` after the messenger's `timeoutMs`, or the error of its `open`.
   */
  get(stop: AbortSignal): Promise<Session>;
  /** Closes a session that no longer works. The next `get` opens another one. */
  discard(session: Session): void;
  /** Closes the session after 5 s, unless `get` is called before. */
  closeWhenIdle(): void;
  /** Closes all sessions. Resolves after at most 5 s, even if a server does not answer. */
  close(): Promise<void>;
}

const idleMs = 5_000;
/** A server that does not answer when the session closes must not delay a stop any longer. */
const closeTimeoutMs = 5_000;

export function createSessionKeeper(messenger: AnyMessenger, runtime: Runtime): SessionKeeper {
  let current: Promise<Session> | undefined;
  let idleTimer: AbortController | undefined;
  const closing = new Set<Promise<void>>();

  const open = async (stop: AbortSignal): Promise<Session> => {
    const opening = await withTimeout(messenger.timeoutMs, stop, runtime, (signal) => messenger.open({ signal }), closeInBackground);
    if (opening.done) return opening.value;
    throw new TransientError(`"${messenger.alias}" did not open a session within ${messenger.timeoutMs} ms.`, { code: 'open_timeout' });
  };

  /** Closes a session in the background. Ignores errors: every send has its result already. */
  const closeInBackground = (session: Session): void => {
    const over = new AbortController();
    const closed = Promise.resolve()
      .then(() => session.close?.())
      .catch(() => undefined);
    const done = Promise.race([closed, runtime.sleep(closeTimeoutMs, over.signal)]).then(() => {
      over.abort();
      closing.delete(done);
    });
    closing.add(done);
  };

  const drop = (): Promise<Session> | undefined => {
    idleTimer?.abort();
    const dropped = current;
    current = undefined;
    return dropped;
  };

  return {
    get(stop) {
      idleTimer?.abort();
      if (current) return current;
      const opening = open(stop);
      opening.catch(() => {
        if (current === opening) current = undefined;
      });
      current = opening;
      return opening;
    },
    discard(session) {
      const held = current;
      void held?.then(
        (open) => {
          if (open !== session || current !== held) return;
          drop();
          closeInBackground(session);
        },
        () => undefined,
      );
    },
    closeWhenIdle() {
      idleTimer?.abort();
      if (!current) return;
      const idle = new AbortController();
      idleTimer = idle;
      void runtime.sleep(idleMs, idle.signal).then(() => {
        if (!idle.signal.aborted) void drop()?.then(closeInBackground, () => undefined);
      });
    },
    async close() {
      await drop()?.then(closeInBackground, () => undefined);
      await Promise.all(closing);
    },
  };
}
