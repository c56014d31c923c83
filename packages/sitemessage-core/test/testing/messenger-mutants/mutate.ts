import type { AnyMessenger, Content, Delivery, Receipt, SendContext, Session } from '../../../src/index.ts';
import type { MessengerUnderTest } from '../../../src/testing/index.ts';
import { faults } from '../../../src/testing/messenger/faults.ts';

/** Puts one fault into a working messenger or its fixture. */
export type Mutation = (underTest: MessengerUnderTest) => MessengerUnderTest;

export interface Mutant {
  /** The fault, as the end of "catches a messenger that …". */
  readonly fault: string;
  /** The names of the contract tests that must catch it. Each must do so by itself; others may. */
  readonly caughtBy: readonly string[];
  readonly mutate: Mutation;
}

/** Returns the test names that the contract has for every fault, except for the faults in `but`. */
export function forEveryFault(nameOf: (fault: string) => string, ...but: readonly string[]): string[] {
  return Object.keys(faults)
    .filter((fault) => !but.includes(fault))
    .map(nameOf);
}

export type Send = Session['send'];
export type Thrown = Error & Record<'kind' | 'retryAfterMs', unknown>;

export const messenger =
  (change: (original: AnyMessenger, underTest: MessengerUnderTest) => Partial<AnyMessenger>): Mutation =>
  (underTest) => ({ ...underTest, messenger: { ...underTest.messenger, ...change(underTest.messenger, underTest) } });

export const session = (change: (original: Session, underTest: MessengerUnderTest) => Partial<Session>): Mutation =>
  messenger((original, underTest) => ({
    async open(context) {
      const opened = await original.open(context);
      return { ...opened, ...change(opened, underTest) };
    },
  }));

export const send = (change: (original: Send, underTest: MessengerUnderTest) => Send): Mutation =>
  session((original, underTest) => ({ send: change(original.send, underTest) }));

export const content = (change: (content: Content) => Partial<Content>): Mutation =>
  send(
    (original) => (delivery, context) => original({ ...delivery, content: { ...delivery.content, ...change(delivery.content) } }, context),
  );

export const text = (change: (text: string) => string): Mutation => content((given) => ({ text: change(given.text) }));

export const receipt = (change: (receipt: Receipt, delivery: Delivery) => unknown): Mutation =>
  send((original) => async (delivery, context) => change(await original(delivery, context), delivery) as Receipt);

/** Changes the errors that `open` and `send` throw. */
export const errors = (change: (error: Thrown, underTest: MessengerUnderTest) => unknown): Mutation =>
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

export const errorsOf = (kind: string, change: (error: Thrown, secret: string) => unknown): Mutation =>
  errors((error, { secrets }) => (error.kind === kind ? change(error, String(secrets[0])) : error));

/** Changes `getAddress`. `given` is its argument; `normalized` calls the original. */
export const address = (change: (given: unknown, normalized: () => string, secret: string) => string): Mutation =>
  messenger((original, { secrets }) => ({
    getAddress: (given: unknown) => change(given, () => original.getAddress(given as never), String(secrets[0])),
  }));

/** Changes a session. `first` returns its first error, once it had one. */
export const afterError = (change: (original: Session, first: () => unknown) => Partial<Session>): Mutation =>
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
