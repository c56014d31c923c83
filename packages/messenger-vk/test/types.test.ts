import {
  type AddressOf,
  type CommonOptions,
  createSitemessage,
  type Messenger,
  type OptionsOf,
  type RegisteredAlias,
  recipients,
} from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { rejection } from '@sitemessage/test-support';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type VkAddress, type VkOptions, vk } from '../src/index.ts';

const options = { accessToken: 'vk1.a.a-token-of-a-user-0123456789' } as const;

describe('importing the package', () => {
  it('adds its alias, its addresses and its options to core', () => {
    expectTypeOf<'vk'>().toExtend<RegisteredAlias>();
    expectTypeOf<AddressOf<'vk'>>().toEqualTypeOf<VkAddress>();
    expectTypeOf<OptionsOf<'vk'>>().toEqualTypeOf<VkOptions & CommonOptions>();
  });

  it('registers it, so that a site can be made from its options', () => {
    const site = createSitemessage({ storage: memoryStorage(), messengers: { vk: options } });
    expect(site.getRegisteredMessenger('vk')).toMatchObject({ alias: 'vk', title: 'VK' });
    expectTypeOf(site.recipients).parameter(0).toEqualTypeOf<'vk'>();
    // @ts-expect-error: the token is missing
    expect(() => createSitemessage({ storage: memoryStorage(), messengers: { vk: {} } })).toThrow('`accessToken`');
  });

  it('types recipients', () => {
    const addresses: readonly VkAddress[] = [12345, '12345', -12345, '-12345', 'peer:12345', { peer: 12345 }, { peer: '2000000001' }];
    expect(recipients('vk', addresses)).toEqual({ messenger: 'vk', addresses });
    // @ts-expect-error: a name is not an address
    recipients('vk', 'durov');
    // @ts-expect-error: an object without `peer` is not an address
    recipients('vk', { user: 12345 });
  });
});

describe('vk()', () => {
  it('has the type of its alias', () => {
    expectTypeOf(vk(options)).toEqualTypeOf<Messenger<'vk', VkAddress>>();
    expectTypeOf(vk({ ...options, alias: 'news' })).toEqualTypeOf<Messenger<'news', VkAddress>>();
    expect(vk({ ...options, alias: 'news' })).toMatchObject({ alias: 'news', protocol: 'vk' });
  });

  it('needs a token and a well-formed version', () => {
    expectTypeOf<{ version: '5.199' }>().not.toExtend<VkOptions>();
    expectTypeOf<{ accessToken: string; version: 'newest' }>().not.toExtend<VkOptions>();
  });
});

describe('an address', () => {
  const { getAddress } = vk(options);

  it.each([
    [12345, '12345'],
    ['12345', '12345'],
    [-12345, '-12345'],
    [{ peer: 12345 }, 'peer:12345'],
    [{ peer: '-12345' }, 'peer:-12345'],
    [{ peer: 2_000_000_001 }, 'peer:2000000001'],
    ['peer:12345', 'peer:12345'],
  ] as const)('%j is stored as %s', (given, stored) => {
    expect(getAddress(given)).toBe(stored);
    expect(getAddress(stored)).toBe(stored);
  });

  it('can be made of a text', async () => {
    expectTypeOf(vk.address('12345')).toEqualTypeOf<VkAddress>();
    expect(recipients('vk', vk.address('peer:12345'))).toEqual({ messenger: 'vk', addresses: 'peer:12345' });
    expect(await rejection(() => vk.address('durov'))).toMatchObject({ kind: 'address', code: 'address' });
  });
});
