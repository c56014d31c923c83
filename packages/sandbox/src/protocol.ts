import type { Emulator } from '@sitemessage/core/testing';
import type { Intake } from './inbox.ts';

/** A protocol that the sandbox can emulate. A plain object, so that a messenger package can bring one. */
export interface Protocol<Name extends string = string, Running extends RunningProtocol = RunningProtocol> {
  /** The name of the sandbox's property, and the `protocol` of the inbox's messages. */
  readonly name: Name;
  /** Starts the emulator, on loopback addresses only and on free ports. */
  start(context: ProtocolContext): Promise<Running>;
}

export interface ProtocolContext {
  /** The inbox for all messages that the emulator accepts. */
  readonly inbox: Intake;
  /**
   * Returns a number from 0 to below 1. The same seed gives the same sequence, and each protocol has a
   * sequence for itself.
   */
  random(): number;
}

/** A started emulator. It becomes a property of the sandbox. */
export interface RunningProtocol {
  /** The emulator for `messengerContract` of `@sitemessage/core/testing`. */
  readonly emulator: Emulator;
  /** Closes all sockets and ends all timers. */
  close(): Promise<void>;
}
