/** What an emulator took, as a reader would see it. */
export interface InboxMessage {
  /** The protocol's name. */
  readonly protocol: string;
  /** Whom it is for. */
  readonly address: string;
  readonly from?: string;
  readonly subject?: string;
  /** Without line breaks at the end: a protocol adds some of its own. */
  readonly text: string;
  readonly html?: string;
  /** By lower-case name; of one that came several times, the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly Attachment[];
  /** As it came over the line. */
  readonly raw: string;
}

/** A file that came along. */
export interface Attachment {
  /** As the sender named it, decoded. Left out when it has none. */
  readonly filename?: string;
  /** In lower case, without parameters: `text/plain`. */
  readonly contentType: string;
  /** Of an inline image, without the angle brackets. */
  readonly contentId?: string;
  /** The bytes of the file, decoded. */
  readonly content: Uint8Array;
}

/** Everything that the sandbox took, oldest first. */
export interface Inbox extends Iterable<InboxMessage> {
  /** Everything, oldest first, as it is now: what comes later is not in it. Iterating over the inbox gives the same. */
  all(): readonly InboxMessage[];
  /** What came for this address. */
  to(address: string): readonly InboxMessage[];
  /** The first that fits. */
  find(fits: (message: InboxMessage) => boolean): InboxMessage | undefined;
  /**
   * The first that fits, as soon as it is there; or, with a number, all, as soon as there are so many.
   *
   * @throws Error after `timeoutMs` (default 5,000), or when the sandbox is closed (at once when it is already), saying how many there were; what `fits` throws, at once.
   */
  waitFor(fits: (message: InboxMessage) => boolean, options?: { readonly timeoutMs?: number }): Promise<InboxMessage>;
  waitFor(count: number, options?: { readonly timeoutMs?: number }): Promise<readonly InboxMessage[]>;
  /** Forgets everything, also for those who wait: what came before does not count any more. */
  clear(): void;
}

/** The side of the inbox that the protocols see, and what opens and closes them. */
export interface Intake {
  add(message: InboxMessage): void;
  /** Nothing more will come: whoever waits is told so. */
  close(): void;
}

const defaultTimeoutMs = 5_000;
const untilClosed = 'before the sandbox was closed';

export function createInbox(): Inbox & Intake {
  let messages: InboxMessage[] = [];
  let isClosed = false;
  const watchers = new Set<{ check(): void; giveUp(when: string): void }>();

  const when = <T>(look: () => T | undefined, what: string, timeoutMs: number): Promise<T> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        try {
          const found = look();
          if (found === undefined) return;
          resolve(found);
        } catch (error) {
          // It is the error of whoever waits. Whoever adds a message must not get it.
          reject(error);
        }
        stop();
      };
      const giveUp = (when: string): void => {
        stop();
        reject(new Error(`The inbox got no ${what} ${when}; it has ${messages.length} messages.`));
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

  function waitFor(fits: (message: InboxMessage) => boolean, options?: { readonly timeoutMs?: number }): Promise<InboxMessage>;
  function waitFor(count: number, options?: { readonly timeoutMs?: number }): Promise<readonly InboxMessage[]>;
  function waitFor(wanted: number | ((message: InboxMessage) => boolean), { timeoutMs = defaultTimeoutMs } = {}): Promise<unknown> {
    return typeof wanted === 'number'
      ? when(() => (messages.length >= wanted ? [...messages] : undefined), `${wanted} messages`, timeoutMs)
      : when(() => messages.find(wanted), 'message that fits', timeoutMs);
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
    find: (fits) => messages.find(fits),
    waitFor,
    clear() {
      messages = [];
    },
    [Symbol.iterator]: () => [...messages][Symbol.iterator](),
  };
}
