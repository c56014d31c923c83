import type { ErrorKind, TransientScope } from '../errors.ts';

/**
 * An emulated provider that the messenger contract can inspect and break. `@sitemessage/sandbox` has one for
 * each protocol.
 */
export interface Emulator {
  /** Returns the messages that it accepted since its start, oldest first. */
  received(): readonly Received[];
  /** Makes the next `times` sends fail. It replaces an earlier fault. */
  fail(fault: Fault): void;
  /**
   * Answers the next accepted message with this text as its id, as a broken or hostile provider can. Does
   * nothing in a protocol without such an id.
   */
  answerWith(id: string): void;
  /** Returns the number of open connections. 0 for a protocol that keeps none. */
  connections(): number;
}

export interface Received {
  /** The address as `getAddress` of the messenger returns it. */
  readonly address: string;
  /** The text of the message as a reader would see it. */
  readonly text: string;
}

export interface Fault {
  /** The kind of error that the messenger must throw. */
  readonly kind: Exclude<ErrorKind, 'address'>;
  /** The scope of a `transient` fault. Default: `dispatch`. */
  readonly scope?: TransientScope;
  /**
   * The delay that the provider asks for after a `transient` fault, in milliseconds. Ignored by protocols
   * without it.
   */
  readonly retryAfterMs?: number;
  /**
   * The moment of the fault: before or after the provider accepts the message. An `unknown` fault is `after`:
   * the connection breaks before the reply.
   */
  readonly when: 'before' | 'after';
  /** The number of sends that meet the fault. Default: 1. */
  readonly times?: number;
}
