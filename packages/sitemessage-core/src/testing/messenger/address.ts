import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { MessengerTest } from './fixture.ts';

/**
 * Values that an application passes by mistake, such as unset fields, objects and promises without `await`.
 */
const wrongTypes: ReadonlyArray<readonly [what: string, value: unknown]> = [
  ['undefined', undefined],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['true', true],
  ['an object', Object.freeze({})],
  ['an object without a prototype', Object.freeze(Object.create(null))],
  [
    'an object that cannot be written as a string',
    Object.freeze({ toString: () => assert.fail('getAddress converts an object to a string') }),
  ],
  ['an array', Object.freeze([])],
  ['a promise', Promise.resolve('somebody')],
  ['a function', () => 'somebody'],
  ['a symbol', Symbol('somebody')],
];

/**
 * Suffixes that a URL parser cuts off. An application that checks the end of an address would be deceived.
 */
const suffixes = ['/.example.com', '?.example.com', '#.example.com', '\\.example.com', ':.example.com', '%2f.example.com'];

function refusal(messenger: { getAddress(recipient: never): string }, value: unknown, what: string): unknown {
  try {
    messenger.getAddress(value as never);
  } catch (error) {
    assert.ok(error instanceof Error, `getAddress throws no Error for ${what}`);
    assert.equal((error as { kind?: unknown }).kind, 'address', `the error for ${what} has another kind: ${String(error)}`);
    return error;
  }
  return assert.fail(`getAddress accepts ${what}`);
}

/** Tests of `getAddress`. */
export const addressTests: readonly MessengerTest[] = [
  {
    name: 'returns a string for each good address',
    async check({ addresses, messenger }) {
      for (const good of addresses) assert.equal(typeof messenger.getAddress(good as never), 'string', good);
    },
  },
  {
    name: 'returns the same string for an address and for its own output',
    async check({ addresses, messenger }) {
      for (const good of addresses) {
        const normalized = messenger.getAddress(good as never);
        assert.equal(messenger.getAddress(good as never), normalized, 'the second call returns another string');
        assert.equal(messenger.getAddress(normalized as never), normalized, 'its own output becomes another string');
      }
    },
  },
  {
    name: 'returns different strings for different addresses',
    async check({ addresses, messenger }) {
      const normalized = addresses.map((good) => messenger.getAddress(good as never));
      assert.equal(new Set(normalized).size, addresses.length, inspect(normalized));
    },
  },
  {
    name: 'never ignores text after an address',
    async check({ addresses, messenger }) {
      for (const good of addresses) {
        for (const end of suffixes) {
          let normalized: string;
          try {
            normalized = messenger.getAddress(`${good}${end}` as never);
          } catch {
            refusal(messenger, `${good}${end}`, inspect(`${good}${end}`));
            continue;
          }
          assert.notEqual(normalized, messenger.getAddress(good as never), `${inspect(`${good}${end}`)} becomes ${inspect(good)}`);
        }
      }
    },
  },
  {
    name: 'throws an address error for every bad address',
    async check({ badAddresses, messenger }) {
      for (const bad of badAddresses) refusal(messenger, bad, inspect(bad));
    },
  },
  {
    name: 'refuses undefined, null, objects, functions and symbols',
    async check({ messenger }) {
      for (const [what, value] of wrongTypes) refusal(messenger, value, what);
    },
  },
  {
    name: 'refuses a NUL or a lone surrogate in an address',
    async check({ addresses, messenger }) {
      for (const good of addresses) {
        for (const broken of ['\0', '\ud800', '\udc00']) {
          refusal(messenger, `${good}${broken}`, inspect(`${good}${broken}`));
          refusal(messenger, good.slice(0, 1) + broken + good.slice(1), inspect(good.slice(0, 1) + broken + good.slice(1)));
        }
      }
    },
  },
  {
    name: 'lets no control character into an address',
    async check({ addresses, messenger }) {
      for (const good of addresses) {
        for (const injected of [`${good}\r\nBcc: ${good}`, `${good}\n${good}`, `\n${good}`, `${good}\u001b[2J`]) {
          let normalized: string;
          try {
            normalized = messenger.getAddress(injected as never);
          } catch {
            refusal(messenger, injected, inspect(injected));
            continue;
          }
          assert.doesNotMatch(normalized, /\p{Cc}/u, `from ${inspect(injected)}`);
        }
      }
    },
  },
  {
    name: 'does not modify its argument',
    async check({ badAddresses, messenger }) {
      const given = [...badAddresses, ...wrongTypes.map(([, value]) => value)];
      const before = given.map((value) => inspect(value, { depth: 10, showHidden: true }));
      for (const bad of given) refusal(messenger, bad, inspect(bad));
      assert.deepEqual(
        given.map((value) => inspect(value, { depth: 10, showHidden: true })),
        before,
      );
    },
  },
  {
    name: 'quotes at most 200 characters of a bad address',
    async check({ messenger }) {
      const error = refusal(messenger, `\0${'x'.repeat(20_000)}`, 'a long string that begins with a NUL');
      assert.doesNotMatch(`${inspect(error, { depth: 10, showHidden: true, maxStringLength: null })}${(error as Error).stack}`, /x{201}/);
    },
  },
];
