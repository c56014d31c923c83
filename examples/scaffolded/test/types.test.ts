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
import { type PigeonPostAddress, type PigeonPostOptions, pigeonPost } from '../src/index.ts';

const token = 'a-token-that-nobody-should-see';

describe('the package', () => {
  it('adds its alias, its addresses and its options to the types of core', () => {
    expectTypeOf<'pigeon-post'>().toExtend<RegisteredAlias>();
    expectTypeOf<AddressOf<'pigeon-post'>>().toEqualTypeOf<PigeonPostAddress>();
    expectTypeOf<OptionsOf<'pigeon-post'>>().toEqualTypeOf<PigeonPostOptions & CommonOptions>();
  });

  it('registers the messenger, so that a site can be made from its options', () => {
    const site = createSitemessage({ storage: memoryStorage(), messengers: { 'pigeon-post': { token } } });
    expect(site.getRegisteredMessenger('pigeon-post')).toMatchObject({ alias: 'pigeon-post', title: 'Pigeon Post' });
    expectTypeOf(site.recipients).parameter(0).toEqualTypeOf<'pigeon-post'>();
    // @ts-expect-error: the token is required
    expect(() => createSitemessage({ storage: memoryStorage(), messengers: { 'pigeon-post': {} } })).toThrow('`token`');
  });

  it('makes messengers with the type of their alias', () => {
    expectTypeOf(pigeonPost({ token })).toEqualTypeOf<Messenger<'pigeon-post', PigeonPostAddress>>();
    expectTypeOf(pigeonPost({ token, alias: 'alerts' })).toEqualTypeOf<Messenger<'alerts', PigeonPostAddress>>();
    // @ts-expect-error: there is no such option
    expect(() => pigeonPost({ token, tokens: [token] })).toThrow('`tokens`');
  });
});
