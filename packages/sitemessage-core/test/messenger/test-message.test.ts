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
  it('goes out at once, without a site and a storage, to the address that the messenger makes of it', async () => {
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

  it('has the text that it is given', async () => {
    const { messenger, deliveries } = setUp();
    await sendTestMessage(messenger, '7', 'Hello');
    expect(deliveries).toMatchObject([{ content: { text: 'Hello' } }]);
  });

  it('goes through a messenger of a site, past its queue', async () => {
    const { messenger, deliveries } = setUp();
    const site = createSitemessage({ storage: memoryStorage(), messengers: [messenger] });
    expect(await site.sendTestMessage('pager', '7', 'Hello')).toEqual({});
    expect(deliveries).toHaveLength(1);
    expect(await Array.fromAsync(site.list())).toEqual([]);
  });

  it('opens nothing for a wrong address', async () => {
    const { messenger, happened } = setUp();
    await expect(sendTestMessage(messenger, 'x')).rejects.toThrow(new AddressError('the address must be digits.'));
    expect(happened).toEqual([]);
  });

  it('throws what opening throws', async () => {
    const error = new ConfigurationError('the password was refused');
    const { messenger } = setUp({ open: () => Promise.reject(error) });
    await expect(sendTestMessage(messenger, '7')).rejects.toBe(error);
  });

  it('throws what sending throws, and closes the session', async () => {
    const error = new PermanentError('no such pager');
    const { messenger, happened } = setUp({ send: () => Promise.reject(error) });
    await expect(sendTestMessage(messenger, '7')).rejects.toBe(error);
    expect(happened).toEqual(['opened', 'closed']);
  });

  it('is sent, whatever becomes of closing', async () => {
    const { messenger } = setUp({ send: async () => ({ providerId: 'p1' }), close: () => Promise.reject(new Error('QUIT failed')) });
    expect(await sendTestMessage(messenger, '7')).toEqual({ providerId: 'p1' });
  });
});

describe('a test message that does not get through in time', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is of unknown outcome, and the messenger is told to stop', async () => {
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

  it('was not sent when no session was opened', async () => {
    const { messenger, deliveries } = setUp({ open: () => new Promise(() => undefined) });
    const sending = sendTestMessage(messenger, '7');
    sending.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(6_000);
    await expect(sending).rejects.toMatchObject({ kind: 'transient', code: 'open_timeout' });
    expect(deliveries).toEqual([]);
  });

  it('is what the messenger says it is when it stops in time', async () => {
    const error = new TransientError('nothing was written yet');
    const { messenger } = setUp({
      send: (_, { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(error))),
    });
    const sending = sendTestMessage(messenger, '7');
    sending.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(5_000);
    await expect(sending).rejects.toBe(error);
  });

  it('is sent all the same when only closing takes for ever', async () => {
    const { messenger } = setUp({ send: async () => ({ providerId: 'p1' }), close: () => new Promise(() => undefined) });
    const sending = sendTestMessage(messenger, '7');
    sending.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await sending).toEqual({ providerId: 'p1' });
  });
});
