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
import { type XmppContent, type XmppOptions, xmpp } from '../src/index.ts';

const options = { jid: 'shop@example.com', password: 'secret' } as const;

describe('importing the package', () => {
  it('adds its alias, its addresses and its options to core', () => {
    expectTypeOf<'xmpp'>().toExtend<RegisteredAlias>();
    expectTypeOf<AddressOf<'xmpp'>>().toEqualTypeOf<string>();
    expectTypeOf<OptionsOf<'xmpp'>>().toEqualTypeOf<XmppOptions & CommonOptions>();
  });

  it('adds its part to the content of a message', () => {
    expectTypeOf<NonNullable<Content['xmpp']>>().toEqualTypeOf<XmppContent>();
    expectTypeOf<{ text: string; xmpp: { type: 'groupchat'; xhtml: string } }>().toExtend<Content>();
    expectTypeOf<{ text: string; xmpp: { type: 'email' } }>().not.toExtend<Content>();
  });

  it('registers it, so that a site can be made from its options', () => {
    const site = createSitemessage({ storage: memoryStorage(), messengers: { xmpp: options } });
    expect(site.getRegisteredMessenger('xmpp')).toMatchObject({ alias: 'xmpp', title: 'XMPP' });
    expectTypeOf(site.recipients).parameter(0).toEqualTypeOf<'xmpp'>();
    // @ts-expect-error: the compiler refuses a site without `password`
    expect(() => createSitemessage({ storage: memoryStorage(), messengers: { xmpp: { jid: options.jid } } })).toThrow('`password`');
  });

  it('types recipients', () => {
    expect(recipients('xmpp', ['ann@example.com'])).toEqual({ messenger: 'xmpp', addresses: ['ann@example.com'] });
    // @ts-expect-error: an address is a string
    recipients('xmpp', 7);
    // @ts-expect-error: nobody has registered this one
    recipients('pigeon', 'ann@example.com');
  });
});

describe('xmpp()', () => {
  it('has the type of its alias', () => {
    expectTypeOf(xmpp(options)).toEqualTypeOf<Messenger<'xmpp', string>>();
    expectTypeOf(xmpp({ ...options, alias: 'alerts' })).toEqualTypeOf<Messenger<'alerts', string>>();
    expect(xmpp({ ...options, alias: 'alerts' })).toMatchObject({ alias: 'alerts', protocol: 'xmpp' });
  });

  it('needs `jid` and `password`, and refuses unknown values', () => {
    expectTypeOf<{ jid: string }>().not.toExtend<XmppOptions>();
    expectTypeOf<XmppOptions['tls']>().toEqualTypeOf<'starttls' | 'implicit' | 'none' | undefined>();
  });
});
