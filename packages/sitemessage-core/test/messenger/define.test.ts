import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
  AddressError,
  type AnyMessenger,
  ConfigurationError,
  type Delivery,
  defineMessenger,
  extendMessenger,
  type Messenger,
  type MessengerFactory,
  type Receipt,
  type SendContext,
  type Session,
} from '../../src/index.ts';
import { findMessenger } from '../../src/messenger/registry.ts';

interface PagerOptions {
  readonly token: string;
  readonly loud?: boolean;
}

const sent = vi.fn<(delivery: Delivery, context: SendContext) => Promise<Receipt | undefined>>();

const pager = defineMessenger({
  alias: 'pager',
  package: '@example/messenger-pager',
  title: 'Pager',
  getAddress(recipient: number | string): string {
    if (!/^\d+$/.test(String(recipient))) throw new AddressError('A pager has a number.');
    return String(recipient);
  },
  create({ token }: PagerOptions) {
    if (!token) throw new ConfigurationError('pager: the option token is missing.');
    return { send: sent };
  },
});

const delivery: Delivery = { id: '1', address: '7', attempt: 1, message: { id: '2', type: 'plain' }, content: { text: 'Hello' } };
const context = (): SendContext => ({ signal: new AbortController().signal });
const aborted = (): SendContext => ({ signal: AbortSignal.abort() });

describe('a factory with `optionNames`', () => {
  const strict = defineMessenger({
    alias: 'strict',
    package: 'strict',
    title: 'Strict',
    optionNames: ['token'],
    optionHints: { apiKey: 'Here it is `token`.' },
    getAddress: (address: string) => address,
    create: (_: { readonly token: string }) => ({ send: async () => undefined }),
  });

  it('refuses any other name', () => {
    expect(strict({ token: 't', alias: 'second', timeoutMs: 1_000 }).alias).toBe('second');
    expect(() => strict({ token: 't', tokne: 't' } as never)).toThrow('`tokne` is not an option of strict. Options: token, alias, title,');
  });

  it('shows the hint for an option of another library', () => {
    expect(() => strict({ apiKey: 't' } as never)).toThrow(/^`apiKey` is not an option of strict\. Here it is `token`\.$/);
    expect(() => strict({ toString: 't' } as never)).toThrow('`toString` is not an option of strict. Options: token');
  });
});

describe('a messenger made by defineMessenger', () => {
  it('has the values of the definition, and defaults for the rest', () => {
    const messenger = pager({ token: 't' });
    expect(messenger).toMatchObject({
      alias: 'pager',
      protocol: 'pager',
      title: 'Pager',
      allowUserSubscription: true,
      concurrency: 1,
      timeoutMs: 30_000,
    });
    expect(messenger).not.toHaveProperty('retry');
    expect(messenger).not.toHaveProperty('limits');
  });

  it('prefers the values of the definition to the defaults of core', () => {
    const quiet = defineMessenger({
      ...pager.definition,
      allowUserSubscription: false,
      timeoutMs: 5_000,
      create: () => ({ send: sent, concurrency: 8, limits: (address) => [{ key: `pager:${address}`, intervalMs: 10, burst: 2 }] }),
    })();
    expect(quiet).toMatchObject({ allowUserSubscription: false, timeoutMs: 5_000, concurrency: 8 });
    expect(quiet.limits?.('7')).toEqual([{ key: 'pager:7', intervalMs: 10, burst: 2 }]);
  });

  it('prefers the options to both', () => {
    const retry = { firstMs: 1, factor: 2, maxMs: 3 };
    const messenger = pager({ token: 't', alias: 'alerts', title: 'Alerts', allowUserSubscription: false, timeoutMs: 1, retry });
    expect(messenger).toMatchObject({ alias: 'alerts', title: 'Alerts', allowUserSubscription: false, timeoutMs: 1, retry });
    expect(messenger.protocol).toBe('pager');
  });

  it('does not expose its options', () => {
    expect(JSON.stringify(pager({ token: 'secret-token' }))).not.toContain('secret-token');
  });

  it('uses `getAddress` of the definition', () => {
    const messenger = pager({ token: 't' });
    expect(messenger.getAddress(7)).toBe('7');
    expect(() => messenger.getAddress('seven')).toThrow('A pager has a number.');
  });

  it('throws the error of `create`', () => {
    expect(() => pager({ token: '' })).toThrow('pager: the option token is missing.');
  });

  it('is not registered', () => {
    expect(findMessenger('pager')).toBeUndefined();
  });

  it.each([
    ['alias', { alias: '' }],
    ['alias', { alias: '*' }],
    ['alias', { alias: 7 }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['timeoutMs', { timeoutMs: 1.5 }],
    ['timeoutMs', { timeoutMs: Number.NaN }],
    ['timeoutMs', { timeoutMs: 2 ** 31 }],
    ['timeoutMs', { timeoutMs: '30' }],
    ['retry', { retry: null }],
    ['retry', { retry: 3 }],
    ['retry.firstMs', { retry: { factor: 2, maxMs: 9 } }],
    ['retry.firstMs', { retry: { firstMs: 0, factor: 2, maxMs: 9 } }],
    ['retry.firstMs', { retry: { firstMs: 1.5, factor: 2, maxMs: 9 } }],
    ['retry.maxMs', { retry: { firstMs: 9, factor: 2, maxMs: 8 } }],
    ['retry.maxMs', { retry: { firstMs: 9, factor: 2, maxMs: Number.POSITIVE_INFINITY } }],
    ['retry.maxMs', { retry: { firstMs: 9, factor: 2, maxMs: 366 * 86_400_000 } }],
    ['retry.factor', { retry: { firstMs: 9, factor: 0.5, maxMs: 90 } }],
    ['retry.factor', { retry: { firstMs: 9, factor: Number.NaN, maxMs: 90 } }],
    ['retry.factor', { retry: { firstMs: 9, factor: '2', maxMs: 90 } }],
  ])('refuses a wrong %s: %o', (option, wrong) => {
    const make = (): unknown => pager({ token: 't', ...(wrong as object) });
    expect(make).toThrow(`\`${option}\``);
    expect(make).toThrow(expect.objectContaining({ kind: 'configuration', code: 'option_invalid' }));
  });

  it('refuses options that are not an object', () => {
    expect(() => pager('t' as never)).toThrow('`options` of pager must be an object, not a string.');
  });

  it.each([0, -1, 0.5, Number.NaN])('refuses a concurrency of %d', (concurrency) => {
    const make = defineMessenger({ ...pager.definition, create: () => ({ send: sent, concurrency }) });
    expect(() => make()).toThrow('`concurrency` of the messenger "pager"');
  });
});

describe('a session of a messenger with `send`', () => {
  it('returns the receipt of `send`, and an empty one for undefined', async () => {
    const session = await pager({ token: 't' }).open(context());
    sent.mockResolvedValueOnce({ providerId: '9' }).mockResolvedValueOnce(undefined);
    const sending = context();
    expect(await session.send(delivery, sending)).toEqual({ providerId: '9' });
    expect(await session.send(delivery, sending)).toEqual({});
    expect(sent).toHaveBeenLastCalledWith(delivery, sending);
  });

  it('does not open or send after the signal is aborted', async () => {
    const messenger = pager({ token: 't' });
    await expect(messenger.open(aborted())).rejects.toThrow('aborted');
    const session = await messenger.open(context());
    sent.mockClear();
    await expect(session.send(delivery, aborted())).rejects.toThrow('aborted');
    expect(sent).not.toHaveBeenCalled();
  });
});

describe('a session of a messenger with `open`', () => {
  const session: Session = { send: async () => ({}), close: async () => {} };
  const open = vi.fn(async (_: SendContext): Promise<Session> => session);
  const line = defineMessenger({ ...pager.definition, create: () => ({ open }) });

  it('comes from `open`, which is called only when a session is needed', async () => {
    const messenger = line();
    expect(open).not.toHaveBeenCalled();
    const opening = context();
    expect(await messenger.open(opening)).toBe(session);
    expect(open).toHaveBeenCalledExactlyOnceWith(opening);
  });

  it('does not open after the signal is aborted', async () => {
    open.mockClear();
    await expect(line().open(aborted())).rejects.toThrow('aborted');
    expect(open).not.toHaveBeenCalled();
  });
});

describe('a messenger made by extendMessenger', () => {
  const close = vi.fn(async () => {});
  const parentSend = vi.fn(async (): Promise<Receipt> => ({ providerId: 'parent' }));
  const parent = defineMessenger({
    ...pager.definition,
    timeoutMs: 4_000,
    create: ({ token }: PagerOptions) => ({
      concurrency: 3,
      limits: () => [{ key: token, intervalMs: 1, burst: 1 }],
      open: async () => ({ send: parentSend, close }),
    }),
  });
  const shouting = extendMessenger(parent, {
    alias: 'shouting',
    title: 'Shouting pager',
    send: (given, sending, session) => session.send({ ...given, content: { text: given.content.text.toUpperCase() } }, sending),
  });

  it('has its own alias and title, and everything else from its parent', () => {
    const messenger = shouting({ token: 't' });
    expect(messenger).toMatchObject({ alias: 'shouting', protocol: 'pager', title: 'Shouting pager', timeoutMs: 4_000, concurrency: 3 });
    expect(messenger.limits?.('7')).toEqual([{ key: 't', intervalMs: 1, burst: 1 }]);
    expect(messenger.getAddress(7)).toBe('7');
    expect(shouting.definition.package).toBe('@example/messenger-pager');
  });

  it('can belong to another package', () => {
    const other = extendMessenger(pager, { alias: 'other', title: 'Other', package: '@example/other', send: async () => undefined });
    expect(other.definition.package).toBe('@example/other');
  });

  it('sends through the session of its parent, and closes it', async () => {
    const session = await shouting({ token: 't' }).open(context());
    const sending = context();
    expect(await session.send(delivery, sending)).toEqual({ providerId: 'parent' });
    expect(parentSend).toHaveBeenCalledExactlyOnceWith({ ...delivery, content: { text: 'HELLO' } }, sending);
    expect(close).not.toHaveBeenCalled();
    await session.close?.();
    expect(close).toHaveBeenCalledOnce();
  });

  it('can extend a messenger with `send`, and another extended one', async () => {
    const quiet = extendMessenger(pager, { alias: 'quiet', title: 'Quiet', send: async () => undefined });
    const counting = extendMessenger(quiet, { alias: 'counting', title: 'Counting', send: (...args) => args[2].send(args[0], args[1]) });
    const session = await counting({ token: 't' }).open(context());
    expect(await session.send(delivery, context())).toEqual({});
    await session.close?.();
  });

  it('does nothing after the signal is aborted', async () => {
    const send = vi.fn(async () => undefined);
    const idle = extendMessenger(pager, { alias: 'idle', title: 'Idle', send })({ token: 't' });
    await expect(idle.open(aborted())).rejects.toThrow('aborted');
    const session = await idle.open(context());
    await expect(session.send(delivery, aborted())).rejects.toThrow('aborted');
    expect(send).not.toHaveBeenCalled();
  });
});

describe('the types of a factory', () => {
  it('have the given alias, or else the alias of the definition', () => {
    expectTypeOf(pager).toEqualTypeOf<MessengerFactory<'pager', PagerOptions, number | string>>();
    expectTypeOf(pager({ token: 't' })).toEqualTypeOf<Messenger<'pager', number | string>>();
    expectTypeOf(pager({ token: 't', alias: 'alerts' })).toEqualTypeOf<Messenger<'alerts', number | string>>();
    expectTypeOf(pager({ token: 't', alias: String('alerts') })).toEqualTypeOf<Messenger<string, number | string>>();
  });

  it('have the options and recipients of the parent, and the alias of the extension', () => {
    const alerts = extendMessenger(pager, { alias: 'alerts', title: 'Alerts', send: async () => undefined });
    expectTypeOf(alerts).toEqualTypeOf<MessengerFactory<'alerts', PagerOptions, number | string>>();
    expectTypeOf(alerts({ token: 't', alias: 'more' })).toEqualTypeOf<Messenger<'more', number | string>>();
  });

  it('refuse missing, wrong and unknown options', () => {
    // @ts-expect-error: the token is missing
    expect(() => pager({})).toThrow();
    // @ts-expect-error: the options are missing
    expect(() => pager()).toThrow();
    // @ts-expect-error: the token must be a string
    pager({ token: 7 });
    // @ts-expect-error: the option is `loud`
    pager({ token: 't', lout: true });
    // @ts-expect-error: the option is `loud`, also with an alias
    pager({ token: 't', alias: 'alerts', lout: true });
  });

  it('allow no options when none is required', () => {
    const simple = defineMessenger({
      alias: 'simple',
      package: '@example/simple',
      title: 'Simple',
      getAddress: (recipient) => recipient,
      create: (_: { readonly loud?: boolean }) => ({ send: sent }),
    });
    expectTypeOf(simple()).toEqualTypeOf<Messenger<'simple', string>>();
    expectTypeOf(simple({ loud: true, alias: 'second' })).toEqualTypeOf<Messenger<'second', string>>();
  });

  it('accept every messenger as AnyMessenger', () => {
    const messengers: AnyMessenger[] = [pager({ token: 't' }), pager({ token: 't', alias: 'alerts' })];
    expect(messengers.map(({ alias }) => alias)).toEqual(['pager', 'alerts']);
  });

  it('refuse a `create` that returns both `send` and `open`, or neither', () => {
    // @ts-expect-error: neither
    defineMessenger({ ...pager.definition, create: () => ({}) });
    // @ts-expect-error: both
    defineMessenger({ ...pager.definition, create: () => ({ send: sent, open: async () => ({ send: async () => ({}) }) }) });
  });
});
