import {
  type AddressOf,
  type CommonOptions,
  type Content,
  createSitemessage,
  type Messenger,
  type OptionsOf,
  type RegisteredAlias,
  recipients,
} from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type TelegramAddress, type TelegramContent, type TelegramOptions, telegram } from '../src/index.ts';

const options = { token: '123456789:AAthirty-five-characters-of-a-token' } as const;

describe('importing the package', () => {
  it('adds its alias, its addresses and its options to core', () => {
    expectTypeOf<'telegram'>().toExtend<RegisteredAlias>();
    expectTypeOf<AddressOf<'telegram'>>().toEqualTypeOf<TelegramAddress>();
    expectTypeOf<OptionsOf<'telegram'>>().toEqualTypeOf<TelegramOptions & CommonOptions>();
  });

  it('adds its part to the content of a message', () => {
    expectTypeOf<NonNullable<Content['telegram']>>().toEqualTypeOf<TelegramContent>();
    expectTypeOf<{ text: string; telegram: { silent: true; buttons: [[{ text: string; url: string }]] } }>().toExtend<Content>();
    expectTypeOf<{ text: string; telegram: { buttons: [{ text: string; url: string }] } }>().not.toExtend<Content>();
    expectTypeOf<{ text: string; telegram: { topic: string } }>().not.toExtend<Content>();
  });

  it('registers it, so that a site can be made from its options', () => {
    const site = createSitemessage({ storage: memoryStorage(), messengers: { telegram: options } });
    expect(site.getRegisteredMessenger('telegram')).toMatchObject({ alias: 'telegram', title: 'Telegram' });
    expectTypeOf(site.recipients).parameter(0).toEqualTypeOf<'telegram'>();
    // @ts-expect-error: the token is missing
    expect(() => createSitemessage({ storage: memoryStorage(), messengers: { telegram: {} } })).toThrow('`token`');
    const misspelled = { ...options, parsemode: 'HTML' } as const;
    // @ts-expect-error: there is no such option
    expect(() => createSitemessage({ storage: memoryStorage(), messengers: { telegram: misspelled } })).toThrow('`parsemode`');
    // @ts-expect-error: there is no such messenger
    expect(() => createSitemessage({ storage: memoryStorage(), messengers: { telegraph: options } })).toThrow('telegraph');
  });

  it('types recipients', () => {
    const mixed = recipients('telegram', [12_345_678, '12345678', '@mychannel', '-1001234567890']);
    expect(mixed).toEqual({ messenger: 'telegram', addresses: [12_345_678, '12345678', '@mychannel', '-1001234567890'] });
    // @ts-expect-error: a name begins with an @
    recipients('telegram', 'mychannel');
    // @ts-expect-error: one wrong address among right ones
    recipients('telegram', ['@mychannel', 'ann@example.com']);
    // @ts-expect-error: no package registers this alias
    recipients('telegraph', '@mychannel');
  });

  it('types the aliases of a site', () => {
    const site = createSitemessage({
      storage: memoryStorage(),
      messengers: [telegram(options), telegram({ ...options, alias: 'alerts' })],
    });
    expectTypeOf(site.recipients).parameter(0).toEqualTypeOf<'telegram' | 'alerts'>();
    site.recipients('alerts', 7);
    // @ts-expect-error: this site has no such alias
    site.recipients('alarms', 7);
    // @ts-expect-error: the second bot has the same addresses
    site.recipients('alerts', 'mychannel');
  });
});

describe('telegram()', () => {
  it('has the type of its alias', () => {
    expectTypeOf(telegram(options)).toEqualTypeOf<Messenger<'telegram', TelegramAddress>>();
    expectTypeOf(telegram({ ...options, alias: 'alerts' })).toEqualTypeOf<Messenger<'alerts', TelegramAddress>>();
    expect(telegram({ ...options, alias: 'alerts' })).toMatchObject({ alias: 'alerts', protocol: 'telegram' });
  });

  it('needs a token, and takes only listed values', () => {
    expectTypeOf<{ apiRoot: string }>().not.toExtend<TelegramOptions>();
    expectTypeOf<TelegramOptions['parseMode']>().toEqualTypeOf<'plain' | 'HTML' | 'MarkdownV2' | undefined>();
    expectTypeOf<TelegramOptions['onTooLong']>().toEqualTypeOf<'fail' | 'split' | undefined>();
    // @ts-expect-error: there is no such option
    expect(() => telegram({ ...options, parsemode: 'HTML' })).toThrow('`parsemode`');
    // @ts-expect-error: there is no such format
    expect(() => telegram({ ...options, parseMode: 'Markdown' })).toThrow('`parseMode`');
  });
});
