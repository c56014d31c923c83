import assert from 'node:assert/strict';
import type { AnyMessenger, Content, Delivery, Receipt, Session } from '../../messenger/messenger.ts';
import { systemRuntime } from '../../runtime.ts';
import type { Emulator } from '../emulator.ts';
import { within } from './deadline.ts';

/** What `messengerContract` gets from `start`, afresh for every test. */
export interface MessengerUnderTest {
  /** Configured to talk to the emulator, with its usual credentials. */
  readonly messenger: AnyMessenger;
  readonly emulator: Emulator;
  /** At least two good ones, each another recipient, as an application would pass them. */
  readonly addresses: readonly string[];
  /** What the messenger has to refuse. Undefined, null, objects, functions and broken strings are tried anyway. */
  readonly badAddresses: readonly unknown[];
  /** Every password, token and key that the messenger was given, each at least 4 characters long. None may be shown anywhere. */
  readonly secrets: readonly string[];
  /** Stops the emulator and whatever else was started. */
  close(): Promise<void>;
}

/** One sentence of the contract and how to find out whether it holds. */
export interface Clause {
  readonly name: string;
  check(trial: Trial): Promise<void>;
}

/** A messenger and an emulator for one clause. */
export interface Trial extends Omit<MessengerUnderTest, 'close'> {
  /** The `index`th good address as `getAddress` returns it. */
  address(index?: number): string;
  /** A session that is closed at the end if the clause does not do it. */
  open(signal?: AbortSignal): Promise<Session>;
  send(session: Session, delivery: Delivery, signal?: AbortSignal): Promise<Receipt>;
  close(session: Session): Promise<void>;
  /** Opens, sends this text to the first address, and closes. */
  deliver(text: string): Promise<Receipt>;
  /** All that has arrived, as `address: text`, in order. */
  inbox(): string[];
  /** How often exactly this text has arrived, wherever it did. */
  arrivals(text: string): number;
}

const never = new AbortController().signal;

/** Frozen, so that a messenger that writes into what it was given fails. */
export function delivery(address: string, content: string | Content): Delivery {
  return Object.freeze({
    id: systemRuntime.id(),
    address,
    attempt: 1,
    message: Object.freeze({ id: systemRuntime.id(), type: 'contract' }),
    content: Object.freeze(typeof content === 'string' ? { text: content } : { ...content }),
  });
}

/** What it rejects with. */
export async function rejection(what: string, promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    return error;
  }
  return assert.fail(`${what} should have been rejected`);
}

/** Line ends and the white space around a text are the protocol's own affair; a reader sees neither. */
export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').trim();
}

export async function onTrial(start: () => Promise<MessengerUnderTest>, clause: Clause): Promise<void> {
  const underTest = await start();
  const { messenger, emulator, addresses, badAddresses, secrets } = underTest;
  const sessions = new Set<Session>();
  const close = async (session: Session): Promise<void> => {
    sessions.delete(session);
    await within('close()', Promise.resolve(session.close?.()));
  };
  const trial: Trial = {
    messenger,
    emulator,
    addresses,
    badAddresses,
    secrets,
    address: (index = 0) => messenger.getAddress(addresses[index] as never),
    async open(signal = never) {
      const session = await within('open()', messenger.open({ signal }));
      sessions.add(session);
      return session;
    },
    send: (session, sent, signal = never) => within('send()', session.send(sent, { signal })),
    close,
    async deliver(text) {
      const session = await trial.open();
      const receipt = await trial.send(session, delivery(trial.address(), text));
      await close(session);
      return receipt;
    },
    inbox: () => emulator.received().map(({ address, text }) => `${address}: ${visible(text)}`),
    arrivals: (text) => emulator.received().filter((received) => visible(received.text) === text).length,
  };
  try {
    await clause.check(trial);
    for (const session of sessions) await close(session);
  } finally {
    await Promise.allSettled([...sessions].map(close));
    await underTest.close();
  }
}
