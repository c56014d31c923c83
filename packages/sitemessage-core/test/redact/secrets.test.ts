import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  AddressError,
  ConfigurationError,
  createSitemessage,
  defineMessageType,
  defineMessenger,
  PermanentError,
  redactor,
  type SitemessageEvent,
  TransientError,
  UnknownOutcomeError,
} from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';

const token = 'tok-8c1f';
const contextSecret = 'reset-link-41d2';

/** Everything that can be seen of a value, however it is inspected. */
const shown = (value: unknown): string => `${inspect(value, { depth: null, showHidden: true })} ${JSON.stringify(value)} ${String(value)}`;

/** Its provider's library throws errors that carry the whole request. */
const pager = defineMessenger({
  alias: 'pager',
  package: 'pager',
  title: 'Pager',
  getAddress(address: string) {
    if (address === 'nobody') throw new AddressError('the address is no pager.');
    return address;
  },
  create(options: { readonly token: string }) {
    const { cause, text } = redactor([options.token]);
    const kinds = { PermanentError, TransientError, ConfigurationError, UnknownOutcomeError };
    return {
      async send({ address, content }) {
        const theirs = Object.assign(new Error(`POST /bot${options.token}/send`), { request: { options, content } });
        const Kind = kinds[address as keyof typeof kinds];
        if (Kind) throw new Kind(text(theirs.message), { cause: cause(theirs) });
        if (address === 'bug') throw Object.assign(new TypeError('a bug'), { request: { options, content }, cause: theirs });
        return {};
      },
    };
  },
});

const reset = defineMessageType<{ link: string }>({
  alias: 'reset',
  title: 'Reset your password',
  render: { default: ({ link }) => ({ text: link }) },
});

function setUp() {
  const runtime = fakeRuntime();
  const site = createSitemessage({ storage: memoryStorage({ runtime }), runtime, messengers: [pager({ token })], messageTypes: [reset] });
  const events: SitemessageEvent[] = [];
  site.onEvent((event) => events.push(event));
  return {
    runtime,
    site,
    events,
    send: async (addresses: readonly string[]) => {
      await site.scheduleMessages(reset({ link: contextSecret }), site.recipients('pager', addresses));
      return runtime.run(site.sendScheduledMessages());
    },
  };
}

describe('a token and a context', () => {
  it.each(['fine', 'PermanentError', 'TransientError', 'ConfigurationError', 'UnknownOutcomeError', 'bug'])(
    'are in no event, no report and no stored error of what ended as: %s',
    async (address) => {
      const { site, send, events } = setUp();
      const report = await send([address]);
      const stored = await Promise.all((await Array.fromAsync(site.list())).map(({ id }) => site.find(id)));
      expect(events.map(({ type }) => type)).toContain('scheduled');
      expect(events.length).toBeGreaterThan(1);
      expect(stored).toHaveLength(1);
      for (const secret of [token, contextSecret]) expect(shown([report, events, stored])).not.toContain(secret);
    },
  );

  it('are in no error of a call that is refused', async () => {
    const { site } = setUp();
    const message = reset({ link: contextSecret });
    const calls = [
      () => site.scheduleMessages(message, site.recipients('pager', ['1', 'nobody'])),
      () => site.scheduleMessages(message, { messenger: 'fax', addresses: '1' }),
      () => site.scheduleMessages({ type: 'foreign', context: message.context }, site.recipients('pager', '1')),
      () => site.scheduleMessages(reset({ link: contextSecret, at: new Date(0) } as { link: string }), site.recipients('pager', '1')),
      () => site.scheduleMessages(message, site.recipients('pager', '1'), { priority: Number.NaN }),
      () => site.sendTestMessage('pager', 'PermanentError', contextSecret),
    ];
    for (const call of calls) {
      const error: unknown = await call().then(
        () => undefined,
        (thrown) => thrown,
      );
      expect(error).toBeInstanceOf(Error);
      for (const secret of [token, contextSecret]) expect(shown(error)).not.toContain(secret);
    }
  });

  it('are not to be seen on a site or its messengers', () => {
    const { site } = setUp();
    expect(shown(site)).not.toContain(token);
    expect(shown(site.getRegisteredMessengers())).not.toContain(token);
  });
});
