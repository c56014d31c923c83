import type { ErrorKind, TransientScope } from '../errors.ts';

/** A provider's stand-in that the messenger contract can question and break. `@sitemessage/sandbox` has one for each protocol. */
export interface Emulator {
  /** Everything that it has taken since it was started, oldest first. */
  received(): readonly Received[];
  /** Makes the next `times` sends go wrong; replaces what was asked for before. */
  fail(fault: Fault): void;
  /**
   * Answers the next message that is taken with this text in place of the id that it would get, as a broken or hostile provider can. Does
   * nothing where a success has no words of the provider.
   */
  answerWith(id: string): void;
  /** Connections that are open now. Zero for a protocol that keeps none. */
  connections(): number;
}

export interface Received {
  /** As the messenger's `getAddress` would return it. */
  readonly address: string;
  /** The text of the message as a reader would see it. */
  readonly text: string;
}

export interface Fault {
  /** What the messenger must make of it. */
  readonly kind: Exclude<ErrorKind, 'address'>;
  /** Of a `transient` one. Default `dispatch`. */
  readonly scope?: TransientScope;
  /** Of a `transient` one: what the provider says, where its protocol has a word for it. In milliseconds. */
  readonly retryAfterMs?: number;
  /** Before or after the provider has taken the message. An `unknown` fault is `after`: taken, and the line breaks before the reply. */
  readonly when: 'before' | 'after';
  /** Default 1. */
  readonly times?: number;
}
