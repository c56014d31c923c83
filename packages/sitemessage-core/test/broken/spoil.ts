import type { AnyMessenger, Content, Delivery, Receipt, SendContext, Session } from '../../src/index.ts';
import type { MessengerUnderTest } from '../../src/testing/index.ts';
import { faults } from '../../src/testing/messenger/faults.ts';

/** A good messenger with one thing wrong. */
export interface Broken {
  readonly fault: string;
  /** The sentences of the contract that have to catch it, each by itself; others may. */
  readonly caughtBy: readonly string[];
  readonly spoil: (underTest: MessengerUnderTest) => MessengerUnderTest;
}

/** A sentence that the contract has for every way in which a provider fails. */
export function forEveryFault(sentence: (what: string) => string, ...but: readonly string[]): string[] {
  return Object.keys(faults)
    .filter((what) => !but.includes(what))
    .map(sentence);
}

export type Send = Session['send'];
export type Thrown = Error & Record<'kind' | 'retryAfterMs', unknown>;

export const messenger =
  (change: (original: AnyMessenger, underTest: MessengerUnderTest) => Partial<AnyMessenger>): Broken['spoil'] =>
  (underTest) => ({ ...underTest, messenger: { ...underTest.messenger, ...change(underTest.messenger, underTest) } });

export const session = (change: (original: Session, underTest: MessengerUnderTest) => Partial<Session>): Broken['spoil'] =>
  messenger((original, underTest) => ({
    async open(context) {
      const opened = await original.open(context);
      return { ...opened, ...change(opened, underTest) };
    },
  }));

export const send = (change: (original: Send, underTest: MessengerUnderTest) => Send): Broken['spoil'] =>
  session((original, underTest) => ({ send: change(original.send, underTest) }));

export const content = (change: (content: Content) => Partial<Content>): Broken['spoil'] =>
  send(
    (original) => (delivery, context) => original({ ...delivery, content: { ...delivery.content, ...change(delivery.content) } }, context),
  );

export const text = (change: (text: string) => string): Broken['spoil'] => content((given) => ({ text: change(given.text) }));

export const receipt = (change: (receipt: Receipt, delivery: Delivery) => unknown): Broken['spoil'] =>
  send((original) => async (delivery, context) => change(await original(delivery, context), delivery) as Receipt);

/** What `open` and what `send` throws. */
export const errors = (change: (error: Thrown, underTest: MessengerUnderTest) => unknown): Broken['spoil'] =>
  messenger((original, underTest) => {
    const changed = (error: unknown): never => {
      throw change(error as Thrown, underTest);
    };
    return {
      async open(context) {
        const opened = await original.open(context).catch(changed);
        return { ...opened, send: (delivery: Delivery, sending: SendContext) => opened.send(delivery, sending).catch(changed) };
      },
    };
  });

export const errorsOf = (kind: string, change: (error: Thrown, secret: string) => unknown): Broken['spoil'] =>
  errors((error, { secrets }) => (error.kind === kind ? change(error, String(secrets[0])) : error));

/** `given` is what getAddress is called with, `canonical` what the good one makes of it. */
export const address = (change: (given: unknown, canonical: () => string, secret: string) => string): Broken['spoil'] =>
  messenger((original, { secrets }) => ({
    getAddress: (given: unknown) => change(given, () => original.getAddress(given as never), String(secrets[0])),
  }));

/** A session that does something else from its first error on. */
export const afterError = (change: (original: Session, first: () => unknown) => Partial<Session>): Broken['spoil'] =>
  session((original) => {
    let first: unknown;
    const watched: Session = {
      ...original,
      send: (delivery, context) =>
        original.send(delivery, context).catch((error: unknown) => {
          first ??= error;
          throw error;
        }),
    };
    return { ...watched, ...change(watched, () => first) };
  });

export function never(): Promise<never> {
  return new Promise(() => undefined);
}
