import assert from 'node:assert/strict';
import type { MessengerTest } from './fixture.ts';

const longestTimerMs = 2 ** 31 - 1;

/** What a messenger says about itself. */
export const definitionTests: readonly MessengerTest[] = [
  {
    name: 'is tested with two or more addresses and with secrets of 4 or more characters',
    async check({ addresses, secrets }) {
      assert.ok(addresses.length >= 2, 'start() gives fewer than two addresses');
      assert.equal(new Set(addresses).size, addresses.length, 'start() gives an address twice');
      for (const secret of secrets) assert.ok(secret.length >= 4, 'start() gives a secret of fewer than 4 characters');
    },
  },
  {
    name: 'has an alias, a title and a lower-case protocol',
    async check({ messenger }) {
      for (const field of ['alias', 'protocol', 'title'] as const) {
        assert.equal(typeof messenger[field], 'string', `${field} is no string`);
        assert.ok(messenger[field].trim() !== '', `${field} is empty`);
      }
      assert.equal(messenger.protocol, messenger.protocol.toLowerCase());
      assert.notEqual(messenger.alias, '*', 'the alias * is taken: it means every messenger');
      assert.equal(typeof messenger.allowUserSubscription, 'boolean', 'allowUserSubscription is no boolean');
    },
  },
  {
    name: 'has a valid concurrency and timeout',
    async check({ messenger }) {
      assert.ok(Number.isInteger(messenger.concurrency) && messenger.concurrency >= 1, 'concurrency is no integer from 1');
      assert.ok(Number.isInteger(messenger.timeoutMs) && messenger.timeoutMs >= 1, 'timeoutMs is no integer from 1');
      assert.ok(messenger.timeoutMs <= longestTimerMs, `timeoutMs is more than the ${longestTimerMs} that a timer can count`);
    },
  },
  {
    name: 'has a valid retry policy, or none',
    async check({ messenger }) {
      if (!messenger.retry) return;
      const { firstMs, factor, maxMs } = messenger.retry;
      assert.ok(Number.isFinite(firstMs) && firstMs > 0, 'retry.firstMs is no number above 0');
      assert.ok(Number.isFinite(factor) && factor >= 1, 'retry.factor is no number from 1');
      assert.ok(Number.isFinite(maxMs) && maxMs >= firstMs, 'retry.maxMs is less than retry.firstMs');
    },
  },
  {
    name: 'returns valid and stable rate limits for each address',
    async check({ messenger, addresses, address }) {
      for (const index of addresses.keys()) {
        const limits = messenger.limits?.(address(index)) ?? [];
        assert.ok(Array.isArray(limits), 'limits() gives no array');
        for (const { key, intervalMs, burst } of limits) {
          assert.ok(typeof key === 'string' && key !== '', 'a limit has no key');
          assert.ok(Number.isInteger(intervalMs) && intervalMs >= 0, `intervalMs of ${key} is no integer from 0`);
          assert.ok(Number.isInteger(burst) && burst >= 1, `burst of ${key} is no integer from 1`);
        }
        assert.equal(new Set(limits.map(({ key }) => key)).size, limits.length, 'limits() names a key twice');
        assert.deepEqual(messenger.limits?.(address(index)) ?? [], limits, 'limits() gives something else the second time');
      }
    },
  },
];
