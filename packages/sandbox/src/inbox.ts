import { ArgumentError, check } from '@sitemessage/core';
import { checkArguments } from './arguments.ts';

/** A message that an emulator accepted, as a reader would see it. */
export interface InboxMessage {
  /** The name of the protocol: `smtp`. */
  readonly protocol: string;
  /** The recipient's address. */
  readonly address: string;
  readonly from?: string;
  readonly subject?: string;
  /** The text without line breaks at the end: protocols add some. */
  readonly text: string;
  readonly html?: string;
  /** The headers by lower-case name. When one came several times, the last one. */
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly Attachment[];
  /** The message as it came over the connection. */
  readonly raw: string;
}

/** A file of a message. */
export interface Attachment {
  /** The name that the sender gave, decoded. Missing when there is none. */
  readonly filename?: string;
  /** The media type in lower case, without parameters: `text/plain`. */
  readonly contentType: string;
  /** The id of an inline image, without the angle brackets. */
  readonly contentId?: string;
  /** The bytes of the file, decoded. */
  readonly content: Uint8Array;
}

export interface WaitOptions {
  /** The longest wait, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number;
}

/** Every message that the sandbox accepted, oldest first. Iterating gives the same as `all()`. */
export interface Inbox extends Iterable<InboxMessage> {
  /** Returns all messages that are there now, oldest first. */
  all(): readonly InboxMessage[];
  /** Returns the messages for exactly this address, oldest first. */
  to(address: string): readonly InboxMessage[];
  /** Returns the oldest message that matches. */
  find(matches: (message: InboxMessage) => boolean): InboxMessage | undefined;
  /**
   * Waits for the first message that matches. Messages that are there already count.
   *
   * @throws Error after `timeoutMs`, or when the sandbox is closed. It says how many messages there are.
   * @throws ArgumentError for a wrong argument. An error of `matches` is thrown at once.
   */
  waitFor(matches: (message: InboxMessage) => boolean, options?: WaitOptions): Promise<InboxMessage>;
  /**
   * Waits until there are `count` messages, and returns all.
   *
   * @throws Error after `timeoutMs`, or when the sandbox is closed. It says how many messages there are.
   * @throws ArgumentError for a wrong argument.
   */
  waitFor(count: number, options?: WaitOptions): Promise<readonly InboxMessage[]>;
  /** Forgets all messages. They no longer count for a `waitFor` that is still waiting. */
  clear(): void;
}

/** The side of the inbox that the protocols see. */
export interface Intake {
  add(message: InboxMessage): void;
  /** Ends every wait with an error: nothing more will come. */
  close(): void;
}

const defaultTimeoutMs = 5_000;
/** The longest delay of a timer. Node fires a longer one at once. */
const longestTimeoutMs = 2 ** 31 - 1;
const untilClosed = 'before the sandbox was closed';

export function createInbox(): Inbox & Intake {
  let messages: InboxMessage[] = [];
  let isClosed = false;
  const watchers = new Set<{ check(): void; giveUp(when: string): void }>();

  const when = <T>(look: () => T | undefined, wanted: string, timeoutMs: number): Promise<T> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        try {
          const found = look();
          if (found === undefined) return;
          resolve(found);
        } catch (error) {
          // The error belongs to the waiting test. The emulator that adds the message must not get it.
          reject(error);
        }
        stop();
      };
      const giveUp = (when: string): void => {
        stop();
        reject(new Error(`The inbox got no ${wanted} ${when}. It has ${messages.length} messages.`));
      };
      const stop = (): void => {
        clearTimeout(timer);
        watchers.delete(watcher);
      };
      const timer = setTimeout(() => giveUp(`within ${timeoutMs} ms`), timeoutMs);
      const watcher = { check, giveUp };
      watchers.add(watcher);
      check();
      if (isClosed) giveUp(untilClosed);
    });

  function waitFor(matches: (message: InboxMessage) => boolean, options?: WaitOptions): Promise<InboxMessage>;
  function waitFor(count: number, options?: WaitOptions): Promise<readonly InboxMessage[]>;
  async function waitFor(wanted: number | ((message: InboxMessage) => boolean), options: WaitOptions = {}): Promise<unknown> {
    checkWait(wanted, options);
    const { timeoutMs = defaultTimeoutMs } = options;
    return typeof wanted === 'number'
      ? when(() => (messages.length >= wanted ? [...messages] : undefined), `${wanted} messages`, timeoutMs)
      : when(() => messages.find(wanted), 'message that matches', timeoutMs);
  }

  return {
    add(message) {
      messages.push(message);
      for (const { check } of [...watchers]) check();
    },
    close() {
      isClosed = true;
      for (const { giveUp } of [...watchers]) giveUp(untilClosed);
    },
    all: () => [...messages],
    to: (address) => messages.filter((message) => message.address === address),
    find: (matches) => messages.find(matches),
    waitFor,
    clear() {
      messages = [];
    },
    [Symbol.iterator]: () => [...messages][Symbol.iterator](),
  };
}

function checkWait(wanted: unknown, options: WaitOptions): void {
  if (typeof wanted !== 'function' && !(Number.isSafeInteger(wanted) && (wanted as number) >= 0)) {
    throw new ArgumentError('The first argument of `waitFor` must be a function or a number of messages.', { field: 'waitFor' });
  }
  checkArguments(options, { timeoutMs: check.integer(0, longestTimeoutMs, 'whole milliseconds') }, 'waitFor');
}
