import {
  type AddressOf,
  type CommonOptions,
  createSitemessage,
  type Messenger,
  type OptionsOf,
  type RegisteredAlias,
} from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type MyProtocolAddress, type MyProtocolOptions, myProtocol } from '../src/index.ts';

const token = 'a-token-that-nobody-should-see';

describe('the package', () => {
  it('adds its alias, its addresses and its options to the types of core', () => {
    expectTypeOf<'my-protocol'>().toExtend<RegisteredAlias>();
    expectTypeOf<AddressOf<'my-protocol'>>().toEqualTypeOf<MyProtocolAddress>();
    expectTypeOf<OptionsOf<'my-protocol'>>().toEqualTypeOf<MyProtocolOptions & CommonOptions>();
  });

  it('registers the messenger, so that a site can be made from its options', () => {
    const site = createSitemessage({ storage: memoryStorage(), messengers: { 'my-protocol': { token } } });
    expect(site.getRegisteredMessenger('my-protocol')).toMatchObject({ alias: 'my-protocol', title: 'My Protocol' });
    expectTypeOf(site.recipients).parameter(0).toEqualTypeOf<'my-protocol'>();
    // @ts-expect-error: the token is required
    expect(() => createSitemessage({ storage: memoryStorage(), messengers: { 'my-protocol': {} } })).toThrow('`token`');
  });

  it('makes messengers with the type of their alias', () => {
    expectTypeOf(myProtocol({ token })).toEqualTypeOf<Messenger<'my-protocol', MyProtocolAddress>>();
    expectTypeOf(myProtocol({ token, alias: 'alerts' })).toEqualTypeOf<Messenger<'alerts', MyProtocolAddress>>();
    // @ts-expect-error: there is no such option
    expect(() => myProtocol({ token, tokens: [token] })).toThrow('`tokens`');
  });
});
