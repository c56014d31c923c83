import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineMessenger, type MessengerFactory, registerMessenger } from '../../src/index.ts';
import { findMessenger } from '../../src/messenger/registry.ts';

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

const factory = (alias: string, origin = `@example/${alias}`): MessengerFactory<string, object, string> =>
  defineMessenger({
    alias,
    package: origin,
    title: alias,
    getAddress: (recipient: string) => recipient,
    create: (_: object) => ({ send: async () => undefined }),
  });

describe('the registry of messengers', () => {
  it('finds a registered messenger by its alias', () => {
    const [pager, fax] = [factory('pager'), factory('fax')];
    registerMessenger(pager);
    registerMessenger(fax);
    expect(findMessenger('pager')).toBe(pager);
    expect(findMessenger('fax')).toBe(fax);
    expect(findMessenger('telex')).toBeUndefined();
  });

  it('finds nothing under a property that every object has', () => {
    expect(findMessenger('constructor')).toBeUndefined();
    expect(findMessenger('__proto__')).toBeUndefined();
  });

  it('lets a package register its messenger again', () => {
    registerMessenger(factory('pager'));
    const again = factory('pager');
    registerMessenger(again);
    expect(findMessenger('pager')).toBe(again);
  });

  it('refuses an alias of another package, names both packages, and keeps the first', () => {
    const first = factory('pager', '@example/one');
    registerMessenger(first);
    const register = (): void => registerMessenger(factory('pager', '@example/two'));
    expect(register).toThrow(/"pager".*@example\/one.*@example\/two/);
    expect(register).toThrow(expect.objectContaining({ kind: 'configuration', code: 'alias_taken' }));
    expect(findMessenger('pager')).toBe(first);
  });
});

describe('two copies of core in one process', () => {
  const anotherCopy = async (): Promise<typeof import('../../src/messenger/registry.ts')> => {
    vi.resetModules();
    return import('../../src/messenger/registry.ts');
  };

  it('share the registry', async () => {
    const copy = await anotherCopy();
    expect(copy.registerMessenger).not.toBe(registerMessenger);
    const [ours, theirs] = [factory('pager'), factory('fax')];
    registerMessenger(ours);
    copy.registerMessenger(theirs);
    expect(copy.findMessenger('pager')).toBe(ours);
    expect(findMessenger('fax')).toBe(theirs);
  });

  it('refuse the same alias of two packages', async () => {
    const copy = await anotherCopy();
    registerMessenger(factory('pager', '@example/one'));
    expect(() => copy.registerMessenger(factory('pager', '@example/two'))).toThrow(/@example\/one and @example\/two/);
  });

  it('refuse to work when their registries have different versions', () => {
    home[place] = { protocol: 2, factories: new Map() };
    for (const use of [() => findMessenger('pager'), () => registerMessenger(factory('pager'))]) {
      expect(use).toThrow(/protocol 2 and 1/);
      expect(use).toThrow(expect.objectContaining({ kind: 'configuration', code: 'registry_mismatch' }));
    }
  });
});
