import type { Emulator } from '@sitemessage/core/testing';
import type { Intake } from './inbox.ts';

/** One protocol's emulator, about to be started. A plain object: a messenger package can bring its own. */
export interface Protocol<Name extends string = string, Running extends RunningProtocol = RunningProtocol> {
  /** The property of the sandbox that it becomes, and the `protocol` of what it puts into the inbox. */
  readonly name: Name;
  /** Listens on loopback addresses only, on ports that are free. */
  start(context: ProtocolContext): Promise<Running>;
}

export interface ProtocolContext {
  /** Where everything goes that it takes. */
  readonly inbox: Intake;
  /** A number in [0, 1), the same sequence for the same seed, whatever other protocols draw. */
  random(): number;
}

export interface RunningProtocol {
  /** What the messenger contract questions and breaks. */
  readonly emulator: Emulator;
  /** Leaves no socket and no timer behind. */
  close(): Promise<void>;
}
