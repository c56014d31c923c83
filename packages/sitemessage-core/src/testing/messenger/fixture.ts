import assert from 'node:assert/strict';
import type { AnyMessenger, Content, Delivery, Receipt, Session } from '../../messenger/messenger.ts';
import { systemRuntime } from '../../runtime.ts';
import type { ContractTest } from '../contract.ts';
import type { Emulator } from '../emulator.ts';
import { withTimeout } from './timing.ts';

/** The result of `start`: everything that one test of the messenger contract needs. */
export interface MessengerUnderTest {
  /** The messenger, configured to reach the emulator with valid credentials. */
  readonly messenger: AnyMessenger;
  readonly emulator: Emulator;
  /** Two or more valid addresses of different recipients, as an application would pass them. */
  readonly addresses: readonly string[];
  /** Values that the messenger must refuse. The contract adds undefined, null, objects and functions. */
  readonly badAddresses: readonly unknown[];
  /** Every password, token and key of the messenger. Each has 4 characters or more. */
  readonly secrets: readonly string[];
  /** Stops everything that `start` started. */
  close(): Promise<void>;
}

export type MessengerTest = ContractTest<MessengerFixture>;

/** A messenger and its emulator for one test, with helpers. */
export interface MessengerFixture extends Omit<MessengerUnderTest, 'close'> {
  /** Returns the valid address at `index`, as `getAddress` returns it. Default: 0. */
  address(index?: number): string;
  /** Opens a session. It is closed after the test if the test does not close it. */
  open(signal?: AbortSignal): Promise<Session>;
  send(session: Session, delivery: Delivery, signal?: AbortSignal): Promise<Receipt>;
  close(session: Session): Promise<void>;
  /** Opens a session, sends this text to the first address and closes the session. */
  deliver(text: string): Promise<Receipt>;
  /** Returns all messages that arrived, as `address: text`, oldest first. */
  inbox(): string[];
  /** Returns how many messages with exactly this text arrived, at any address. */
  arrivals(text: string): number;
}

const neverAborted = new AbortController().signal;

/** Makes a delivery. It is frozen, so a messenger that writes into it fails. */
export function delivery(address: string, content: string | Content): Delivery {
  return Object.freeze({
    id: systemRuntime.id(),
    address,
    attempt: 1,
    message: Object.freeze({ id: systemRuntime.id(), type: 'contract' }),
    content: Object.freeze(typeof content === 'string' ? { text: content } : { ...content }),
  });
}

/** Returns the reason of a rejection. Fails when the promise resolves. */
export async function rejection(what: string, promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    return error;
  }
  return assert.fail(`${what} did not reject`);
}

/** Removes what a reader does not see: the kind of line ends, and white space around the text. */
export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').trim();
}

/** Runs one test with a new messenger and emulator, and closes all that it opened. */
export async function runMessengerTest(start: () => Promise<MessengerUnderTest>, test: MessengerTest): Promise<void> {
  const underTest = await start();
  const { messenger, emulator, addresses, badAddresses, secrets } = underTest;
  const sessions = new Set<Session>();
  const close = async (session: Session): Promise<void> => {
    sessions.delete(session);
    await withTimeout('close()', Promise.resolve(session.close?.()));
  };
  const fixture: MessengerFixture = {
    messenger,
    emulator,
    addresses,
    badAddresses,
    secrets,
    address: (index = 0) => messenger.getAddress(addresses[index] as never),
    async open(signal = neverAborted) {
      const session = await withTimeout('open()', messenger.open({ signal }));
      sessions.add(session);
      return session;
    },
    send: (session, sent, signal = neverAborted) => withTimeout('send()', session.send(sent, { signal })),
    close,
    async deliver(text) {
      const session = await fixture.open();
      const receipt = await fixture.send(session, delivery(fixture.address(), text));
      await close(session);
      return receipt;
    },
    inbox: () => emulator.received().map(({ address, text }) => `${address}: ${visible(text)}`),
    arrivals: (text) => emulator.received().filter((received) => visible(received.text) === text).length,
  };
  try {
    await test.check(fixture);
    for (const session of sessions) await close(session);
  } finally {
    await Promise.allSettled([...sessions].map(close));
    await underTest.close();
  }
}
