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
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type TwitterOptions, type TwitterToken, twitter } from '../src/index.ts';

const keys = { appKey: 'app-key', appSecret: 'app-secret', accessToken: 'access-token', accessSecret: 'access-secret' };
const oauth2 = { clientId: 'client', accessToken: 'access-token', refreshToken: 'refresh-token' };

describe('importing the package', () => {
  it('adds its alias, its addresses and its options to core', () => {
    expectTypeOf<'twitter'>().toExtend<RegisteredAlias>();
    expectTypeOf<AddressOf<'twitter'>>().toEqualTypeOf<string>();
    expectTypeOf<OptionsOf<'twitter'>>().toEqualTypeOf<TwitterOptions & CommonOptions>();
  });

  it('registers it, so that a site can be made from its options, in either form', () => {
    for (const site of [
      createSitemessage({ storage: memoryStorage(), messengers: { twitter: keys } }),
      createSitemessage({ storage: memoryStorage(), messengers: { twitter: { oauth2 } } }),
    ]) {
      expect(site.getRegisteredMessenger('twitter')).toMatchObject({ alias: 'twitter', title: 'X (Twitter)' });
      expectTypeOf(site.recipients).parameter(0).toEqualTypeOf<'twitter'>();
    }
    const messengers = { twitter: { appKey: 'app-key' } };
    // @ts-expect-error: three keys are missing
    expect(() => createSitemessage({ storage: memoryStorage(), messengers })).toThrow('`appSecret`');
  });

  it('types recipients', () => {
    expect(recipients('twitter', '')).toEqual({ messenger: 'twitter', addresses: '' });
    expect(recipients('twitter', ['ann', '@bob'])).toEqual({ messenger: 'twitter', addresses: ['ann', '@bob'] });
    // @ts-expect-error: a number is not an address
    recipients('twitter', 7);
  });
});

describe('twitter()', () => {
  it('has the type of its alias', () => {
    expectTypeOf(twitter(keys)).toEqualTypeOf<Messenger<'twitter', string>>();
    expectTypeOf(twitter({ oauth2, alias: 'second' })).toEqualTypeOf<Messenger<'second', string>>();
    expect(twitter({ oauth2, alias: 'second' })).toMatchObject({ alias: 'second', protocol: 'twitter' });
  });

  it('needs the four keys or `oauth2`, and not both', () => {
    expectTypeOf<typeof keys>().toExtend<TwitterOptions>();
    expectTypeOf<Omit<typeof keys, 'accessSecret'>>().not.toExtend<TwitterOptions>();
    expectTypeOf<{ oauth2: { clientId: string; accessToken: string } }>().toExtend<TwitterOptions>();
    expectTypeOf<{ oauth2: { clientId: string } }>().not.toExtend<TwitterOptions>();
    expectTypeOf<typeof keys & { oauth2: typeof oauth2 }>().not.toExtend<TwitterOptions>();
    expectTypeOf<typeof keys & { onTooLong: 'split' }>().not.toExtend<TwitterOptions>();
  });

  it('passes new tokens to `onToken`', () => {
    expectTypeOf<NonNullable<NonNullable<TwitterOptions['oauth2']>['onToken']>>().parameter(0).toEqualTypeOf<TwitterToken>();
    expectTypeOf<TwitterToken>().toEqualTypeOf<{ readonly accessToken: string; readonly refreshToken: string }>();
  });
});

describe('an address', () => {
  const { getAddress } = twitter(keys);

  it.each([
    ['', ''],
    ['ann', '@ann'],
    ['@ann', '@ann'],
    ['@Ann_B', '@ann_b'],
    ['X', '@x'],
    ['123456789012345', '@123456789012345'],
  ])('%j is stored as %j', (given, stored) => {
    expect(getAddress(given)).toBe(stored);
    expect(getAddress(stored)).toBe(stored);
  });
});
