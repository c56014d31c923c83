import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSitemessage, defineMessenger, registerMessenger } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';

const place = Symbol.for('sitemessage.registry');
const home = globalThis as { [place]?: unknown };

let before: unknown;
beforeEach(() => {
  before = home[place];
  delete home[place];
});
afterEach(() => {
  home[place] = before;
});

const factory = (alias: string) =>
  defineMessenger({
    alias,
    package: `@example/${alias}`,
    title: alias,
    getAddress: (recipient: string) => recipient,
    create: (options: { readonly token?: string }) => {
      if (options.token === '') throw new Error('`token` is empty.');
      return { send: async () => undefined };
    },
  });
const pager = factory('pager');
const siteOf = (messengers: unknown) => createSitemessage({ storage: memoryStorage(), messengers: messengers as readonly [] });
const aliasesOf = (messengers: unknown) => Object.keys(siteOf(messengers).getRegisteredMessengers());

describe('the messengers of a site', () => {
  it('can be given as a list', () => {
    const one = pager({});
    expect(siteOf([one, pager({ alias: 'second' })]).getRegisteredMessenger('pager')).toBe(one);
    expect(aliasesOf([one, pager({ alias: 'second' })])).toEqual(['pager', 'second']);
  });

  it('can be given as options by the alias of a registered messenger', () => {
    registerMessenger(pager);
    registerMessenger(factory('fax'));
    expect(aliasesOf({ pager: { token: 'tttt' }, fax: {} })).toEqual(['pager', 'fax']);
    expect(() => siteOf({ pager: { token: '' } })).toThrow('`token` is empty.');
  });

  it('can repeat their alias in their options, but not change it', () => {
    registerMessenger(pager);
    expect(aliasesOf({ pager: { alias: 'pager' } })).toEqual(['pager']);
    const other = () => siteOf({ pager: { alias: 'second' } });
    expect(other).toThrow(
      '`messengers.pager` has the alias "second". To name messengers yourself, give a list: `messengers: [pager({ alias: \'second\', ... })]`.',
    );
    expect(other).toThrow(expect.objectContaining({ name: 'ArgumentError', code: 'option_invalid', field: 'messengers.pager' }));
  });

  it('can be registered later', () => {
    const site = siteOf([]);
    site.registerMessengers(pager({}), pager({ alias: 'second' }));
    expect(Object.keys(site.getRegisteredMessengers())).toEqual(['pager', 'second']);
  });

  it('are registered all or not at all', () => {
    const site = siteOf([pager({})]);
    expect(() => site.registerMessengers(pager({ alias: 'second' }), pager({}))).toThrow('Two messengers of this site');
    expect(Object.keys(site.getRegisteredMessengers())).toEqual(['pager']);
  });

  it('cannot have the same alias', () => {
    const twice = () => siteOf([pager({}), pager({})]);
    expect(twice).toThrow('Two messengers of this site have the alias "pager". Give one of them another `alias`.');
    expect(twice).toThrow(expect.objectContaining({ kind: 'configuration', code: 'alias_taken' }));
    expect(() => siteOf([pager({})]).registerMessengers(pager({}))).toThrow('the alias "pager"');
  });

  it('do not change when a caller changes the returned object', () => {
    const site = siteOf([pager({})]);
    delete (site.getRegisteredMessengers() as Record<string, unknown>).pager;
    expect(site.getRegisteredMessenger('pager').alias).toBe('pager');
  });
});

describe('an unknown alias', () => {
  const unknown = expect.objectContaining({ kind: 'configuration', code: 'messenger_unknown' });
  const howToInstall =
    "Install its package and import it. For one of this project: `npm install @sitemessage/messenger-telegram`, then `import '@sitemessage/messenger-telegram'`. `import type` registers nothing.";

  it('in `messengers` is refused with the package to install and import', () => {
    const create = () => siteOf({ telegram: {} });
    expect(create).toThrow(`\`messengers.telegram\`: no messenger with this alias is registered. ${howToInstall}`);
    expect(create).toThrow(unknown);
    expect(() => siteOf({ constructor: {} })).toThrow(unknown);
  });

  it('in a later call is refused with the known aliases and the package to install', () => {
    const get = (messengers: readonly unknown[]) => () => siteOf(messengers).getRegisteredMessenger('telegram');
    expect(get([])).toThrow(
      `This site has no messenger "telegram". This site has none. ${howToInstall} Then give its options to createSitemessage.`,
    );
    expect(get([pager({}), pager({ alias: 'second' })])).toThrow('This site has: pager, second.');
    expect(get([])).toThrow(unknown);
  });

  it('with a typing mistake is refused with the right alias only', () => {
    registerMessenger(factory('telegram'));
    const get = (alias: string) => () => siteOf([pager({})]).getRegisteredMessenger(alias);
    expect(get('pagr')).toThrow('This site has no messenger "pagr". This site has: pager. Did you mean "pager"?');
    expect(get('Telegram')).toThrow('This site has: pager. Did you mean "telegram"?');
    expect(get('pager2')).toThrow('Did you mean "pager"?');
    expect(get('pgaer')).toThrow('Did you mean "pager"?');
    expect(get('beeper')).toThrow('npm install');
    const create = () => siteOf({ telegran: {} });
    expect(create).toThrow(/`messengers\.telegran`: no messenger with this alias is registered\. Did you mean "telegram"\?$/);
    expect(create).toThrow(unknown);
  });

  it('of an imported package is refused with the advice to give its options', () => {
    registerMessenger(factory('telegram'));
    expect(() => siteOf([]).getRegisteredMessenger('telegram')).toThrow(
      'It is installed, but has no options: add it to `messengers` of createSitemessage.',
    );
  });

  it.each([
    ['by scheduleMessages', (site: ReturnType<typeof siteOf>) => site.scheduleMessages('Hi', { messenger: 'telegram', addresses: '1' })],
    ['by sendScheduledMessages', (site: ReturnType<typeof siteOf>) => site.sendScheduledMessages({ messengers: ['telegram'] })],
    ['by sendTestMessage', (site: ReturnType<typeof siteOf>) => site.sendTestMessage('telegram' as never, '1' as never)],
  ])('is refused %s', async (_, use) => {
    await expect(use(siteOf([]))).rejects.toThrow(unknown);
  });
});
