import { describe, expect, expectTypeOf, it } from 'vitest';
import { ArgumentError, createSitemessage, defineMessageType, overrideMessageType, plain } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { createMessageTypes } from '../../src/message/registry.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

/** A message type from a package that many sites use. */
const welcome = defineMessageType<{ name: string }>({
  alias: 'accounts_welcome',
  title: 'Welcome',
  priority: 3,
  messengers: ['scripted', 'smtp'],
  render: { default: ({ name }) => ({ text: `Welcome, ${name}` }), smtp: ({ name }) => ({ text: `By mail: ${name}` }) },
});

const ours = overrideMessageType(welcome, { title: 'Ahoy', render: { default: ({ name }) => ({ text: `Ahoy, ${name}` }) } });

describe('a message type that overrides another one', () => {
  it.each([
    ['before', [ours, welcome]],
    ['after', [welcome, ours]],
  ])('is sent when the original is scheduled, and can be registered %s it', async (_, types) => {
    const runtime = fakeRuntime();
    const scripted = scriptedMessenger({ concurrency: 1 });
    const site = createSitemessage({ storage: memoryStorage({ runtime }), runtime, messengers: [scripted.messenger] });
    for (const type of types) site.registerMessageTypes(type);
    await site.scheduleMessages(welcome({ name: 'Ann' }), site.recipients('scripted', 'ann'));
    await runtime.run(site.sendScheduledMessages());
    expect(scripted.deliveries.map(({ content }) => content.text)).toEqual(['Ahoy, Ann']);
  });

  it('keeps everything that it does not change', () => {
    expect({ ...ours }).toMatchObject({ alias: 'accounts_welcome', title: 'Ahoy', priority: 3, messengers: ['scripted', 'smtp'] });
    expect(ours.render.smtp).toBe(welcome.render.smtp);
    expect(ours({ name: 'Ann' })).toEqual(welcome({ name: 'Ann' }));
  });

  it('can itself be overridden', () => {
    const later = overrideMessageType(ours, { priority: 9 });
    for (const order of [
      [welcome, ours, later],
      [later, welcome, ours],
      [ours, later, welcome],
    ]) {
      const types = createMessageTypes();
      types.register(order);
      expect(types.find('accounts_welcome')).toBe(later);
    }
  });

  it('keeps the original value for an undefined change, as optional settings produce', () => {
    const same = overrideMessageType(welcome, { title: undefined, priority: undefined, render: undefined } as never);
    expect({ ...same }).toMatchObject({ title: 'Welcome', priority: 3, render: welcome.render });
  });

  it('cannot be registered beside another override of the same type', () => {
    const theirs = overrideMessageType(welcome, { title: 'Hello' });
    expect(() => createMessageTypes().register([ours, theirs])).toThrow(expect.objectContaining({ code: 'message_type_taken' }));
  });

  it('can override a built-in type', () => {
    const types = createMessageTypes();
    const bulletin = overrideMessageType(plain, { allowUserSubscription: true });
    types.register([bulletin]);
    expect(types.find('plain')).toBe(bulletin);
  });

  it('renders the output of the original schema', () => {
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value: unknown) => ({ value: Number(value) }),
        types: {} as { input: string; output: number },
      },
    } as const;
    const counted = defineMessageType({
      alias: 'counted',
      title: 'Counted',
      context: schema,
      render: { default: (n) => ({ text: n.toFixed(2) }) },
    });
    const again = overrideMessageType(counted, { render: { default: (n) => ({ text: n.toFixed(0) }) } });
    expectTypeOf(again).parameter(0).toEqualTypeOf<string>();
    expect(again.context).toBe(schema);
  });

  it.each([
    [{ alias: 'other' }, ArgumentError, '`alias` is not an option of overrideMessageType.'],
    [{ context: {} }, ArgumentError, '`context` is not an option of overrideMessageType.'],
    [{ priority: 0.5 }, ArgumentError, '`priority` of message type "accounts_welcome"'],
    [{ title: '' }, ArgumentError, '`title` of message type "accounts_welcome"'],
    [{ render: 'text' }, ArgumentError, '`render` of message type "accounts_welcome" must be an object'],
    [{ render: [() => ({ text: '' })] }, ArgumentError, '`render` of message type "accounts_welcome" must be an object'],
    [{ render: { default: 'text' } }, ArgumentError, '`render.default` of message type "accounts_welcome"'],
  ])('cannot change %j', (changes, kind, message) => {
    const override = () => overrideMessageType(welcome, changes as never);
    expect(override).toThrow(kind);
    expect(override).toThrow(message);
  });

  it.each([undefined, null, {}, 'welcome'])('cannot be made from %j', (other) => {
    expect(() => overrideMessageType(other as never, {})).toThrow('`type` must be a message type');
  });
});
