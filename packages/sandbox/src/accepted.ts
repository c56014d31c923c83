import type { Emulator, Received } from '@sitemessage/core/testing';

/**
 * The messages that an emulator accepted, and the ids that it answers with. The messenger contract reads
 * both.
 */
export interface Accepted {
  /** Notes a message. Returns its number, from 1. */
  add(message: Received): number;
  /** Returns the id that `answerWith` of the contract asked for, once each. Otherwise returns `own`. */
  idFor<Id>(own: Id): Id | string;
  /** Returns the emulator for the messenger contract. */
  emulator(parts: Pick<Emulator, 'fail' | 'connections'>): Emulator;
}

export function createAccepted(): Accepted {
  const messages: Received[] = [];
  const ids: string[] = [];
  return {
    add: (message) => messages.push(message),
    idFor: (own) => ids.shift() ?? own,
    emulator: (parts) => ({
      received: () => [...messages],
      answerWith: (id) => void ids.push(id),
      ...parts,
    }),
  };
}
