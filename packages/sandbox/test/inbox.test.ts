import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createInbox, type Inbox, type InboxMessage, type Intake } from '../src/inbox.ts';

let inbox: Inbox & Intake;
beforeEach(() => {
  inbox = createInbox();
});

const message = (address: string, text = 'Hello'): InboxMessage => ({
  protocol: 'smtp',
  address,
  text,
  headers: {},
  attachments: [],
  raw: text,
});
const ann = message('ann@example.com');
const bob = message('bob@example.com');
const annAgain = message('ann@example.com', 'Hello again');

const isFor =
  (address: string) =>
  (one: InboxMessage): boolean =>
    one.address === address;

describe('the messages in the inbox', () => {
  beforeEach(() => {
    for (const one of [ann, bob, annAgain]) inbox.add(one);
  });

  it('come oldest first', () => {
    expect(inbox.all()).toEqual([ann, bob, annAgain]);
    expect([...inbox]).toEqual([ann, bob, annAgain]);
  });

  it('are found by their exact address', () => {
    expect(inbox.to('ann@example.com')).toEqual([ann, annAgain]);
    expect(inbox.to('Ann@example.com')).toEqual([]);
  });

  it('are found by any part, the oldest first', () => {
    expect(inbox.find(isFor('ann@example.com'))).toBe(ann);
    expect(inbox.find(({ text }) => text.endsWith('again'))).toBe(annAgain);
    expect(inbox.find(isFor('eve@example.com'))).toBeUndefined();
  });

  it('that were returned do not change when others come', () => {
    const [all, found, each] = [inbox.all(), inbox.to('bob@example.com'), inbox[Symbol.iterator]()];
    inbox.add(bob);
    inbox.clear();
    expect(all).toHaveLength(3);
    expect(found).toEqual([bob]);
    expect([...{ [Symbol.iterator]: () => each }]).toHaveLength(3);
    expect(inbox.all()).toEqual([]);
  });
});

describe('waiting', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('ends at once for messages that are there', async () => {
    inbox.add(ann);
    inbox.add(bob);
    expect(await inbox.waitFor(isFor('bob@example.com'))).toBe(bob);
    expect(await inbox.waitFor(1)).toEqual([ann, bob]);
    expect(await inbox.waitFor(0)).toEqual([ann, bob]);
  });

  it('ends for each waiting call with its message', async () => {
    const [forBob, forTwo, forAnn] = [inbox.waitFor(isFor('bob@example.com')), inbox.waitFor(2), inbox.waitFor(isFor('ann@example.com'))];
    inbox.add(ann);
    expect(await forAnn).toBe(ann);
    inbox.add(bob);
    expect(await forBob).toBe(bob);
    expect(await forTwo).toEqual([ann, bob]);
  });

  it('does not count messages that were cleared', async () => {
    inbox.add(ann);
    const forTwo = inbox.waitFor(2);
    inbox.clear();
    inbox.add(bob);
    inbox.add(annAgain);
    expect(await forTwo).toEqual([bob, annAgain]);
  });

  it('for a number of messages ends after five seconds with an error that says how many there are', async () => {
    inbox.add(ann);
    const waiting = expect(inbox.waitFor(3)).rejects.toThrow('The inbox got no 3 messages within 5000 ms. It has 1 messages.');
    await vi.advanceTimersByTimeAsync(4_999);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await waiting;
  });

  it('for a message that matches ends after the given time with an error that says how many there are', async () => {
    const waiting = expect(inbox.waitFor(isFor('eve@example.com'), { timeoutMs: 10 })).rejects.toThrow(
      'The inbox got no message that matches within 10 ms. It has 2 messages.',
    );
    inbox.add(ann);
    inbox.add(bob);
    await vi.advanceTimersByTimeAsync(10);
    await waiting;
  });

  it('ends at once when the sandbox is closed, with the messages that are there or with an error', async () => {
    inbox.add(ann);
    inbox.close();
    expect(await inbox.waitFor(1)).toEqual([ann]);
    expect(await inbox.waitFor(isFor('ann@example.com'))).toBe(ann);
    const none = 'The inbox got no 2 messages before the sandbox was closed. It has 1 messages.';
    await expect(inbox.waitFor(2, { timeoutMs: 60_000 })).rejects.toThrow(none);
  });

  it('ends with the error of a function that throws, and no other call gets the error', async () => {
    const broken = (): boolean => {
      throw new Error('This check is broken.');
    };
    const [forBroken, forOne] = [inbox.waitFor(broken), inbox.waitFor(1)];
    const refused = expect(forBroken).rejects.toThrow('This check is broken.');
    inbox.add(ann);
    expect(await forOne).toEqual([ann]);
    await refused;
    await expect(inbox.waitFor(broken)).rejects.toThrow('This check is broken.');
  });

  it.each<readonly [string, unknown, object]>([
    ['waitFor', 'ann@example.com', {}],
    ['waitFor', -1, {}],
    ['waitFor', 1.5, {}],
    ['timeoutMs', 1, { timeoutMs: '10' }],
    ['timeoutMs', 1, { timeoutMs: 2 ** 31 }],
    ['timeout', 1, { timeout: 10 }],
  ])('is refused with an ArgumentError that names the field `%s`: %j, %j', async (field, wanted, options) => {
    await expect(inbox.waitFor(wanted as number, options)).rejects.toMatchObject({ name: 'ArgumentError', field });
  });
});
