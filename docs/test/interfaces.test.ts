import { createSitemessage } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import type { Storage } from '@sitemessage/core/storage';
import { describe, expect, it, test } from 'vitest';
import { storageMethods } from '../../packages/sitemessage-core/src/storage/methods.ts';
import { exportedNames, fieldsByType, membersOf, quoted, tableOf } from './interfaces.ts';

const folder = 'packages/sitemessage-core/src';
const { storage: _, ...methodsOfStores } = storageMethods;
const stores = Object.fromEntries(Object.entries(methodsOfStores).map(([store, methods]) => [store, Object.keys(methods)]));
const parts = membersOf(`${folder}/storage/port.ts`, 'Storage');

describe('the port of a storage', () => {
  const rows = new Map(tableOf('docs/writing-a-storage.md', 'The port').map(([part = '', has = '']) => [quoted(part)[0] ?? '', has]));

  it('is listed with all of its parts, and no other', () => expect([...rows.keys()].toSorted()).toEqual(parts.toSorted()));

  it.each(Object.entries(stores))('is listed with every method of `%s`, and no other', (store, methods) => {
    expect(quoted(rows.get(store) ?? '').toSorted()).toEqual(methods.toSorted());
  });

  const methods = Object.entries(storageMethods).flatMap(([part, names]) =>
    Object.keys(names).map((name) => (part === 'storage' ? name : `${part}.${name}`)),
  );

  it.each(methods)('is refused without `%s` when a site is made', (method) => {
    const [part = '', name] = method.split('.');
    const whole: Storage = memoryStorage();
    const broken = name === undefined ? undefined : { ...whole[part as keyof typeof methodsOfStores], [name]: undefined };
    expect(() => createSitemessage({ storage: { ...whole, [part]: broken } })).toThrow(
      `\`storage\` of createSitemessage is not a storage: it has no ${method}.`,
    );
  });
});

test('the main entry of core exports fewer than 90 names', () => {
  expect(exportedNames(`${folder}/index.ts`).length).toBeLessThan(90);
});

describe('the events', () => {
  const events = fieldsByType(`${folder}/events.ts`, 'SitemessageEvent');
  const rows = tableOf('packages/sitemessage-core/README.md', 'What happens');

  it('are all in the README, each once, and no other', () => {
    expect(rows.flatMap(([types = '']) => quoted(types)).toSorted()).toEqual([...events.keys()].toSorted());
  });

  it.each(rows)('are listed with what they hold: %s', (types, fields = '', when = '') => {
    const held = new Set(quoted(types ?? '').flatMap((type) => events.get(type) ?? []));
    expect(
      quoted(fields)
        .map((field) => field.replace(/\?$/, ''))
        .toSorted(),
    ).toEqual([...held].toSorted());
    expect(when).not.toBe('');
  });
});
