import type { Fault } from '@sitemessage/core/testing';
import type { Accepted } from '../accepted.ts';
import type { RunningProtocol } from '../protocol.ts';
import type { HttpFault, HttpFaults } from './faults.ts';
import type { HttpListener } from './listener.ts';

/** The part of an emulator that every HTTP API has. */
export interface HttpEmulator extends RunningProtocol {
  /**
   * Adds a fault of HTTP. Returns a function that removes it.
   *
   * @throws ArgumentError that names the wrong field.
   */
  fail(fault: HttpFault): () => void;
  /** Removes every fault. Limits stay. */
  heal(): void;
  /** Returns the number of connections that were ever opened. */
  connected(): number;
  /** Returns the number of requests that came, also of those that a fault struck. */
  requests(): number;
}

interface Parts {
  readonly accepted: Accepted;
  readonly faults: HttpFaults;
  readonly listener: HttpListener;
  /** Adds a fault of the messenger contract. */
  failAs(fault: Fault): void;
  /** Removes every fault. Default: clears `faults`. */
  heal?(): void;
}

/**
 * Returns the common part of an emulator. A fault of the messenger contract replaces all faults that were
 * there.
 */
export function httpEmulator({ accepted, faults, listener, failAs, heal = () => faults.clear() }: Parts): HttpEmulator {
  return {
    fail: (fault) => faults.add(fault),
    heal,
    connected: () => listener.connected(),
    requests: () => listener.requests(),
    emulator: accepted.emulator({
      fail(fault) {
        heal();
        failAs(fault);
      },
      connections: () => listener.connections(),
    }),
    close: () => listener.close(),
  };
}
