import assert from 'node:assert/strict';
import type { MessengerTest } from './fixture.ts';

const longestTimerMs = 2 ** 31 - 1;

/** Tests of the fields of a messenger. */
export const definitionTests: readonly MessengerTest[] = [
  {
    name: 'is tested with two or more addresses and with secrets of 4 or more characters',
    async check({ addresses, secrets }) {
      assert.ok(addresses.length >= 2, 'start() returns fewer than two addresses');
      assert.equal(new Set(addresses).size, addresses.length, 'start() returns an address twice');
      for (const secret of secrets) assert.ok(secret.length >= 4, 'start() returns a secret of fewer than 4 characters');
    },
  },
  {
    name: 'has an alias, a title and a lower-case protocol',
    async check({ messenger }) {
      for (const field of ['alias', 'protocol', 'title'] as const) {
        assert.equal(typeof messenger[field], 'string', `${field} is not a string`);
        assert.ok(messenger[field].trim() !== '', `${field} is empty`);
      }
      assert.equal(messenger.protocol, messenger.protocol.toLowerCase());
      assert.notEqual(messenger.alias, '*', 'alias is *, which means every messenger');
      assert.equal(typeof messenger.allowUserSubscription, 'boolean', 'allowUserSubscription is not a boolean');
    },
  },
  {
    name: 'has a valid concurrency and timeout',
    async check({ messenger }) {
      assert.ok(Number.isInteger(messenger.concurrency) && messenger.concurrency >= 1, 'concurrency is not an integer of 1 or more');
      assert.ok(Number.isInteger(messenger.timeoutMs) && messenger.timeoutMs >= 1, 'timeoutMs is not an integer of 1 or more');
      assert.ok(messenger.timeoutMs <= longestTimerMs, `timeoutMs is more than ${longestTimerMs}, the longest timer`);
    },
  },
  {
    name: 'has a valid retry policy, or none',
    async check({ messenger }) {
      if (!messenger.retry) return;
      const { firstMs, factor, maxMs } = messenger.retry;
      assert.ok(Number.isFinite(firstMs) && firstMs > 0, 'retry.firstMs is not a number above 0');
      assert.ok(Number.isFinite(factor) && factor >= 1, 'retry.factor is not a number of 1 or more');
      assert.ok(Number.isFinite(maxMs) && maxMs >= firstMs, 'retry.maxMs is less than retry.firstMs');
    },
  },
  {
    name: 'returns valid and stable rate limits for each address',
    async check({ messenger, addresses, address }) {
      for (const index of addresses.keys()) {
        const limits = messenger.limits?.(address(index)) ?? [];
        assert.ok(Array.isArray(limits), 'limits() does not return an array');
        for (const { key, intervalMs, burst } of limits) {
          assert.ok(typeof key === 'string' && key !== '', 'a limit has no key');
          assert.ok(Number.isInteger(intervalMs) && intervalMs >= 0, `intervalMs of ${key} is not an integer of 0 or more`);
          assert.ok(Number.isInteger(burst) && burst >= 1, `burst of ${key} is not an integer of 1 or more`);
        }
        assert.equal(new Set(limits.map(({ key }) => key)).size, limits.length, 'limits() returns a key twice');
        assert.deepEqual(messenger.limits?.(address(index)) ?? [], limits, 'the second call of limits() returns other limits');
      }
    },
  },
];
