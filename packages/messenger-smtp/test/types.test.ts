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
import { type SmtpContent, type SmtpOAuth2, type SmtpOptions, smtp } from '../src/index.ts';

const options = { host: 'localhost', from: 'shop@example.com' } as const;

describe('importing the package', () => {
  it('adds its alias, its addresses and its options to core', () => {
    expectTypeOf<'smtp'>().toExtend<RegisteredAlias>();
    expectTypeOf<AddressOf<'smtp'>>().toEqualTypeOf<string>();
    expectTypeOf<OptionsOf<'smtp'>>().toEqualTypeOf<SmtpOptions & CommonOptions>();
  });

  it('adds its part to the content of a message', () => {
    expectTypeOf<NonNullable<Content['smtp']>>().toEqualTypeOf<SmtpContent>();
    expectTypeOf<{ text: string; smtp: { replyTo: string; cc: string[] } }>().toExtend<Content>();
    expectTypeOf<{ text: string; smtp: { replyTo: number } }>().not.toExtend<Content>();
  });

  it('registers it, so that a site can be made from its options', () => {
    const site = createSitemessage({ storage: memoryStorage(), messengers: { smtp: options } });
    expect(site.getRegisteredMessenger('smtp')).toMatchObject({ alias: 'smtp', title: 'E-mail' });
    expectTypeOf(site.recipients).parameter(0).toEqualTypeOf<'smtp'>();
    // @ts-expect-error: the compiler refuses a site without `from`
    expect(() => createSitemessage({ storage: memoryStorage(), messengers: { smtp: { host: 'localhost' } } })).toThrow('`from`');
  });

  it('types recipients', () => {
    expect(recipients('smtp', ['ann@example.com'])).toEqual({ messenger: 'smtp', addresses: ['ann@example.com'] });
    // @ts-expect-error: an address is a string
    recipients('smtp', 7);
    // @ts-expect-error: nobody has registered this one
    recipients('pigeon', 'ann@example.com');
  });
});

describe('smtp()', () => {
  it('has the type of its alias', () => {
    expectTypeOf(smtp(options)).toEqualTypeOf<Messenger<'smtp', string>>();
    expectTypeOf(smtp({ ...options, alias: 'newsletter' })).toEqualTypeOf<Messenger<'newsletter', string>>();
    expect(smtp({ ...options, alias: 'newsletter' })).toMatchObject({ alias: 'newsletter', protocol: 'smtp' });
  });

  it('needs `from`, and refuses unknown values', () => {
    expectTypeOf<{ host: string }>().not.toExtend<SmtpOptions>();
    expectTypeOf<SmtpOptions['tls']>().toEqualTypeOf<'starttls' | 'implicit' | 'none' | undefined>();
    expectTypeOf<{ accessToken: string; refreshToken: string }>().not.toExtend<SmtpOAuth2>();
    expectTypeOf<{ clientId: string; clientSecret: string; refreshToken: string }>().toExtend<SmtpOAuth2>();
  });
});
