import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  AddressError,
  ConfigurationError,
  createSitemessage,
  type Delivery,
  defineMessenger,
  PermanentError,
  type Receipt,
  type SendContext,
  sendTestMessage,
  TransientError,
} from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

interface Behaviour {
  send?(delivery: Delivery, context: SendContext): Promise<Receipt>;
  open?(context: SendContext): Promise<void>;
  close?(): Promise<void>;
}

function setUp({ send = async () => ({}), open = async () => undefined, close = async () => undefined }: Behaviour = {}) {
  const happened: string[] = [];
  const deliveries: Delivery[] = [];
  const pager = defineMessenger({
    alias: 'pager',
    package: 'pager',
    title: 'Pager',
    timeoutMs: 5_000,
    getAddress(address: string) {
      if (!/^\d+$/.test(address)) throw new AddressError('the address must be digits.');
      return `+${address}`;
    },
    create: (_: object) => ({
      async open(context) {
        await open(context);
        happened.push('opened');
        return {
          async send(delivery, context) {
            deliveries.push(delivery);
            return send(delivery, context);
          },
          async close() {
            happened.push('closed');
            await close();
          },
        };
      },
    }),
  });
  return { messenger: pager({}), happened, deliveries };
}

describe('a test message', () => {
  it('is sent at once, without a site and a storage, to the normalized address', async () => {
    const { messenger, happened, deliveries } = setUp({ send: async () => ({ providerId: 'p1' }) });
    expect(await sendTestMessage(messenger, '7')).toEqual({ providerId: 'p1' });
    expect(deliveries).toEqual([
      {
        id: expect.stringMatching(uuid),
        address: '+7',
        attempt: 1,
        message: { id: expect.stringMatching(uuid), type: 'plain' },
        content: { text: 'This is a test message from sitemessage.', subject: 'This is a test message from sitemessage.' },
      },
    ]);
    expect(happened).toEqual(['opened', 'closed']);
  });

  it('has the given text', async () => {
    const { messenger, deliveries } = setUp();
    await sendTestMessage(messenger, '7', 'Hello');
    expect(deliveries).toMatchObject([{ content: { text: 'Hello' } }]);
  });

  it('is sent through a messenger of a site, past the queue', async () => {
    const { messenger, deliveries } = setUp();
    const site = createSitemessage({ storage: memoryStorage(), messengers: [messenger] });
    expect(await site.sendTestMessage('pager', '7', 'Hello')).toEqual({});
    expect(deliveries).toHaveLength(1);
    expect(await Array.fromAsync(site.list())).toEqual([]);
  });

  it('opens no session for a wrong address', async () => {
    const { messenger, happened } = setUp();
    await expect(sendTestMessage(messenger, 'x')).rejects.toThrow(new AddressError('the address must be digits.'));
    expect(happened).toEqual([]);
  });

  it('throws the error of `open`', async () => {
    const error = new ConfigurationError('the password was refused');
    const { messenger } = setUp({ open: () => Promise.reject(error) });
    await expect(sendTestMessage(messenger, '7')).rejects.toBe(error);
  });

  it('throws the error of `send`, and closes the session', async () => {
    const error = new PermanentError('no such pager');
    const { messenger, happened } = setUp({ send: () => Promise.reject(error) });
    await expect(sendTestMessage(messenger, '7')).rejects.toBe(error);
    expect(happened).toEqual(['opened', 'closed']);
  });

  it('succeeds even if closing fails', async () => {
    const { messenger } = setUp({ send: async () => ({ providerId: 'p1' }), close: () => Promise.reject(new Error('QUIT failed')) });
    expect(await sendTestMessage(messenger, '7')).toEqual({ providerId: 'p1' });
  });
});

describe('a test message that takes too long', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('has an unknown outcome, and the signal aborts', async () => {
    let told = false;
    const { messenger } = setUp({
      send: (_, { signal }) => {
        signal.addEventListener('abort', () => {
          told = true;
        });
        return new Promise(() => undefined);
      },
    });
    const sending = sendTestMessage(messenger, '7');
    sending.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told).toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(sending).rejects.toMatchObject({
      kind: 'unknown',
      code: 'send_timeout',
      message: '"pager" did not say within 5000 ms whether it sent the message.',
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not sent if no session opens', async () => {
    const { messenger, deliveries } = setUp({ open: () => new Promise(() => undefined) });
    const sending = sendTestMessage(messenger, '7');
    sending.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(6_000);
    await expect(sending).rejects.toMatchObject({ kind: 'transient', code: 'open_timeout' });
    expect(deliveries).toEqual([]);
  });

  it('throws the error of the messenger, if it stops in time', async () => {
    const error = new TransientError('nothing was written yet');
    const { messenger } = setUp({
      send: (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(error))),
    });
    const sending = sendTestMessage(messenger, '7');
    sending.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(5_000);
    await expect(sending).rejects.toBe(error);
  });

  it('succeeds if only closing never ends', async () => {
    const { messenger } = setUp({ send: async () => ({ providerId: 'p1' }), close: () => new Promise(() => undefined) });
    const sending = sendTestMessage(messenger, '7');
    sending.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await sending).toEqual({ providerId: 'p1' });
  });
});
