import { findSecret } from '@sitemessage/core/testing';
import { expect, test } from 'vitest';
import { limits } from '../examples/messenger/limits.ts';
import { loginError } from '../examples/security/redact.ts';
import { reserve } from '../examples/storage/reserve.ts';

test('the limits of an address are those of everybody and its own', () => {
  expect(limits('7').map(({ key }) => key)).toEqual(['pigeon', 'pigeon:7']);
});

test('the error of a login shows no password', () => {
  const error = loginError('correct-horse', new Error('LOGIN shop correct-horse failed'));
  expect(findSecret(error, ['correct-horse'])).toBeUndefined();
  expect(error.message).toContain('[redacted]');
});

test('slots are granted from what was read', async () => {
  const written = new Map<string, number>();
  const locked = {
    read: async () => new Map(),
    write: async (tats: ReadonlyMap<string, number>) => tats.forEach((at, key) => void written.set(key, at)),
  };
  const request = { limits: [{ key: 'a', intervalMs: 100, burst: 1 }] };
  expect(await reserve(locked, [request, request], 1_000, 1_050)).toEqual([
    { at: 1_000, granted: true },
    { at: 1_100, granted: false, key: 'a' },
  ]);
  expect([...written]).toEqual([['a', 1_100]]);
});
