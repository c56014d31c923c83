import { describe, expect, it } from 'vitest';
import { createSitemessage, defineMessageType, type EventDispatch, type Links } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import type { Render } from '../../src/message/message-type.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

function setUp({ render = () => ({ text: 'Hi' }), links }: { render?: Render<object>; links?: (dispatch: EventDispatch) => unknown }) {
  const runtime = fakeRuntime();
  const scripted = scriptedMessenger({ timeoutMs: 5_000 });
  const greeting = defineMessageType<object>({ alias: 'greeting', title: 'Greeting', render: { default: render } });
  const site = createSitemessage({
    storage: memoryStorage({ runtime }),
    runtime,
    messengers: [scripted.messenger],
    messageTypes: [greeting],
    ...(links && { links: links as () => Links }),
  });
  return {
    runtime,
    site,
    scripted,
    schedule: (...addresses: string[]) => site.scheduleMessages(greeting({}), site.recipients('scripted', addresses)),
    send: () => runtime.run(site.sendScheduledMessages()),
    details: async (address: string) => {
      const [record] = await Array.fromAsync(site.list({ address }));
      return site.find(record?.id ?? '');
    },
  };
}

const never = (): Promise<never> => new Promise(() => undefined);

describe('a render that never ends', () => {
  it('is given up after `timeoutMs`, and tried again later; the others go out', async () => {
    const { schedule, send, details, runtime } = setUp({
      render: (_, { recipient }) => (recipient.address === 'a' ? never() : { text: 'Hi' }),
    });
    await schedule('a', 'b');
    expect(await send()).toMatchObject({ sent: 1, error: 1 });
    expect(runtime.monotonic()).toBeLessThan(7_000);
    expect(await details('a')).toMatchObject({ status: 'error', attempt: 1, errors: [{ kind: 'transient', code: 'render_timeout' }] });
  });

  it('is cut off by a stop, which uses up no attempt', async () => {
    const { schedule, site, runtime, details } = setUp({ render: never });
    await schedule('a');
    const worker = site.startWorker({ stopTimeoutMs: 1_000 });
    await runtime.advance(100);
    await runtime.run(worker.stop());
    expect(runtime.monotonic()).toBeLessThan(3_500);
    expect(await details('a')).toMatchObject({ status: 'pending', attempt: 0, errors: [] });
  });
});

describe('a render whose result cannot be read', () => {
  const unreadable = {
    get text(): string {
      throw new Error('no such field');
    },
  };
  it.each([
    ['at once', () => unreadable],
    ['later', async () => unreadable],
  ])('is a failure of rendering: %s', async (_, render) => {
    const { schedule, send, details } = setUp({ render });
    await schedule('a');
    expect(await send()).toMatchObject({ failed: 1 });
    expect(await details('a')).toMatchObject({ errors: [{ kind: 'permanent', code: 'render_failed' }] });
  });
});

describe('links', () => {
  it.each<[what: string, links: () => unknown, problem: string]>([
    [
      'throw',
      () => {
        throw new Error('no such user');
      },
      'failed: no such user.',
    ],
    ['are none', () => undefined, 'returned no object of links.'],
    ['are a text', () => 'https://example.com', 'returned no object of links.'],
    ['hold what is no text', () => ({ unsubscribe: 7 }), 'returned no object of links.'],
    ['come later', async () => Promise.reject(new Error('no such user')), 'returned a promise. It must return the links.'],
  ])('that %s fail the dispatch for good, and nothing is sent', async (_, links, problem) => {
    const { schedule, send, details, scripted } = setUp({ links });
    await schedule('a');
    expect(await send()).toMatchObject({ failed: 1, error: 0 });
    expect(scripted.deliveries).toEqual([]);
    expect((await details('a'))?.errors).toMatchObject([
      { kind: 'permanent', code: 'links_failed', message: `\`links\` of createSitemessage ${problem}` },
    ]);
  });
});
