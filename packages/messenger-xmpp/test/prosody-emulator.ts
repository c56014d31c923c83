import type { Emulator, Fault } from '@sitemessage/core/testing';
import type { Prosody, ProsodyFault } from '@sitemessage/test-support/prosody';

/** Adapts Prosody to the messenger contract. Counts from its present state on. */
export function prosodyEmulator(prosody: Prosody): Emulator {
  const before = prosody.taken().length;
  // Includes those that are being closed.
  const others = prosody.connections();
  prosody.fail({ at: 'taken', times: 0 });
  return {
    received: () => prosody.taken().slice(before),
    fail: (fault) => prosody.fail(faultFor(fault)),
    // A server does not answer a message.
    answerWith: () => undefined,
    connections: () => [...prosody.connections()].filter((one) => !others.has(one)).length,
  };
}

function faultFor({ kind, scope = 'dispatch', times = 1 }: Fault): ProsodyFault {
  if (kind === 'configuration') return { at: 'auth', times };
  if (kind === 'unknown') return { at: 'taken', times };
  if (kind === 'permanent') return { at: 'message', type: 'cancel', condition: 'item-not-found', times };
  if (scope === 'dispatch') return { at: 'message', type: 'wait', condition: 'recipient-unavailable', times };
  return { at: 'message', type: 'wait', condition: 'resource-constraint', times, ...(scope === 'messenger' && { by: 'localhost' }) };
}
