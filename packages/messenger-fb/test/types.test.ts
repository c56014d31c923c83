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
import { type FbAddress, type FbOptions, type FbPageAccess, fb, getPageAccessTokens } from '../src/index.ts';

const options = { pageId: '61550000000001', pageAccessToken: 'EAAa-token' } as const;

describe('importing the package', () => {
  it('adds its alias, its addresses and its options to core', () => {
    expectTypeOf<'fb'>().toExtend<RegisteredAlias>();
    expectTypeOf<AddressOf<'fb'>>().toEqualTypeOf<FbAddress>();
    expectTypeOf<OptionsOf<'fb'>>().toEqualTypeOf<FbOptions & CommonOptions>();
  });

  it('registers it, so that a site can be made from its options', () => {
    const site = createSitemessage({ storage: memoryStorage(), messengers: { fb: options } });
    expect(site.getRegisteredMessenger('fb')).toMatchObject({ alias: 'fb', title: 'Facebook' });
    expectTypeOf(site.recipients).parameter(0).toEqualTypeOf<'fb'>();
    const messengers = { fb: { pageId: options.pageId } };
    // @ts-expect-error: the token is missing
    expect(() => createSitemessage({ storage: memoryStorage(), messengers })).toThrow('`pageAccessToken`');
  });

  it('types recipients', () => {
    const addresses: readonly FbAddress[] = ['', 61550000000001, '61550000000001'];
    expect(recipients('fb', addresses)).toEqual({ messenger: 'fb', addresses });
    expect(recipients('fb', '')).toEqual({ messenger: 'fb', addresses: '' });
    // @ts-expect-error: a name is not an address
    recipients('fb', 'my.page');
  });
});

describe('fb()', () => {
  it('has the type of its alias', () => {
    expectTypeOf(fb(options)).toEqualTypeOf<Messenger<'fb', FbAddress>>();
    expectTypeOf(fb({ ...options, alias: 'second' })).toEqualTypeOf<Messenger<'second', FbAddress>>();
    expect(fb({ ...options, alias: 'second' })).toMatchObject({ alias: 'second', protocol: 'fb' });
  });

  it('needs a page, a token, and a well-formed version', () => {
    expectTypeOf<{ pageId: 7 }>().not.toExtend<FbOptions>();
    expectTypeOf<{ pageAccessToken: string }>().not.toExtend<FbOptions>();
    expectTypeOf<{ pageId: 7; pageAccessToken: string; version: '26.0' }>().not.toExtend<FbOptions>();
    expectTypeOf<{ pageId: 7; pageAccessToken: string; version: 'v26.0' }>().toExtend<FbOptions>();
  });
});

describe('getPageAccessTokens()', () => {
  it('returns pages', () => {
    expectTypeOf(getPageAccessTokens).returns.resolves.toEqualTypeOf<readonly FbPageAccess[]>();
    expectTypeOf<FbPageAccess>().toEqualTypeOf<{
      readonly id: string;
      readonly name: string;
      readonly accessToken: string;
      readonly tasks: readonly string[];
    }>();
  });
});

describe('an address', () => {
  const { getAddress } = fb(options);

  it.each([
    ['', ''],
    [61550000000001, '61550000000001'],
    ['61550000000001', '61550000000001'],
    // Larger than the safe integers of JavaScript.
    ['9223372036854775807', '9223372036854775807'],
  ] as const)('%j is stored as %j', (given, stored) => {
    expect(getAddress(given)).toBe(stored);
    expect(getAddress(stored)).toBe(stored);
  });

  it('can be made of a text', async () => {
    expectTypeOf(fb.address('7')).toEqualTypeOf<FbAddress>();
    expect([fb.address(''), fb.address('7')]).toEqual(['', '7']);
    expect(await rejection(() => fb.address('my.page'))).toMatchObject({ kind: 'address', code: 'fb_address' });
  });
});
