import { describe, expect, it } from 'vitest';
import { defineMessageType } from '../../src/index.ts';
import { isAllowed, renderFor } from '../../src/message/message-type.ts';

const render = { default: () => ({ text: 'Hi' }) };
const greeting = defineMessageType<{ name: string }>({ alias: 'greeting', title: 'Greeting', render });

describe('a message type', () => {
  it('makes a message and does not change the context', () => {
    const context = { name: 'Ann' };
    const message = greeting(context);
    expect(message).toEqual({ type: 'greeting', context: { name: 'Ann' } });
    expect(message.context).toBe(context);
  });

  it('has defaults for missing options', () => {
    expect({ ...greeting }).toMatchObject({
      title: 'Greeting',
      allowUserSubscription: true,
      priority: 0,
      retryLimit: 10,
      onUnknown: 'resend',
    });
    expect(greeting.context).toBeUndefined();
    expect(greeting.messengers).toBeUndefined();
  });

  it('has the values of its options', () => {
    const options = { allowUserSubscription: false, priority: -3, retryLimit: 1, onUnknown: 'hold', messengers: ['smtp'] } as const;
    expect({ ...defineMessageType<object>({ alias: 'a', title: 'A', render, ...options }) }).toMatchObject(options);
  });

  it('has defaults for undefined options, as optional settings produce', () => {
    const unset = { allowUserSubscription: undefined, priority: undefined, retryLimit: undefined, onUnknown: undefined } as object;
    expect({ ...defineMessageType<object>({ alias: 'a', title: 'A', render, ...unset }) }).toMatchObject({
      allowUserSubscription: true,
      priority: 0,
      retryLimit: 10,
      onUnknown: 'resend',
    });
  });

  it.each([
    ['alias', { alias: '' }, '`alias` of message type "'],
    ['alias', { alias: '\ud800' }, 'is empty, or not a string. Give the type a name.'],
    ['alias', { alias: undefined }, '`alias` of a message type is empty, or not a string.'],
    ['title', { title: undefined }, '`title` of message type "a"'],
    ['allowUserSubscription', { allowUserSubscription: 'no' }, '`allowUserSubscription` of message type "a"'],
    ['render', { render: [] }, '`render` of message type "a" must be an object'],
    ['render', { render: {} }, '`render` of message type "a" is empty'],
    ['priority', { priority: 1.5 }, '`priority` of message type "a"'],
    ['priority', { priority: 2 ** 31 }, '`priority` of message type "a"'],
    ['retryLimit', { retryLimit: 0 }, '`retryLimit` of message type "a"'],
    ['retryLimit', { retryLimit: Number.NaN }, '`retryLimit` of message type "a"'],
  ])('is refused with a wrong %s: %o', (field, wrong, message) => {
    const define = () => defineMessageType<object>({ alias: 'a', title: 'A', render, ...(wrong as object) });
    expect(define).toThrow(message);
    expect(define).toThrow(expect.objectContaining({ name: 'ArgumentError', code: 'option_invalid', field }));
  });
});

describe('the render for a messenger', () => {
  const [own, protocol, fallback] = ['own', 'protocol', 'default'].map((text) => () => ({ text }));
  const newsletter = { alias: 'newsletter', protocol: 'smtp' };
  const renderOf = (renders: object) =>
    renderFor(defineMessageType<object>({ alias: 'a', title: 'A', render: { ...renders } }), newsletter);

  it('is found by the alias, then by the protocol, then as the default', () => {
    expect(renderOf({ newsletter: own, smtp: protocol, default: fallback })).toBe(own);
    expect(renderOf({ smtp: protocol, default: fallback })).toBe(protocol);
    expect(renderOf({ xmpp: own, default: fallback })).toBe(fallback);
    expect(renderOf({ xmpp: own })).toBeUndefined();
  });

  it('is never a property that every object has', () => {
    expect(renderFor(greeting, { alias: 'constructor', protocol: 'toString' })).toBe(greeting.render.default);
  });
});

describe('the messengers that may send a message type', () => {
  const smtp = { alias: 'smtp', protocol: 'smtp' };
  const second = { alias: 'newsletter', protocol: 'smtp' };
  const only = (messengers: readonly string[], renders: object = render) =>
    defineMessageType<object>({ alias: 'a', title: 'A', messengers, render: { ...renders } });

  it('are by default all that it renders for', () => {
    expect(isAllowed(greeting, smtp)).toBe(true);
    expect(isAllowed(only(['smtp'], { xmpp: render.default }), smtp)).toBe(false);
  });

  it('are those that `messengers` names, by alias or by protocol', () => {
    expect(isAllowed(only(['smtp']), second)).toBe(true);
    expect(isAllowed(only(['newsletter']), second)).toBe(true);
    expect(isAllowed(only(['newsletter']), smtp)).toBe(false);
    expect(isAllowed(only([]), smtp)).toBe(false);
  });
});
