import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Clause } from './trial.ts';

/** What a host passes by mistake: fields that are not set, whole objects, promises that nobody awaited. */
const neverAddresses: ReadonlyArray<readonly [what: string, value: unknown]> = [
  ['undefined', undefined],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['true', true],
  ['an object', Object.freeze({})],
  ['an object without a prototype', Object.freeze(Object.create(null))],
  ['an object that cannot be written as a string', Object.freeze({ toString: () => assert.fail('it was written as a string') })],
  ['an array', Object.freeze([])],
  ['a promise', Promise.resolve('somebody')],
  ['a function', () => 'somebody'],
  ['a symbol', Symbol('somebody')],
];

/** Ends that a parser of URLs cuts off. An application that looks at the end of an address sees another one than the messenger. */
const appended = ['/.example.com', '?.example.com', '#.example.com', '\\.example.com', ':.example.com', '%2f.example.com'];

function refusal(messenger: { getAddress(recipient: never): string }, value: unknown, what: string): unknown {
  try {
    messenger.getAddress(value as never);
  } catch (error) {
    assert.ok(error instanceof Error, `getAddress throws something else than an error for ${what}`);
    assert.equal((error as { kind?: unknown }).kind, 'address', `the error for ${what} is of another kind: ${String(error)}`);
    return error;
  }
  return assert.fail(`getAddress accepts ${what}`);
}

/** `getAddress`: whatever the caller passed -> the canonical string that is stored. */
export const address: readonly Clause[] = [
  {
    name: 'accepts good addresses and gives strings',
    async check({ addresses, messenger }) {
      for (const good of addresses) assert.equal(typeof messenger.getAddress(good as never), 'string', good);
    },
  },
  {
    name: 'gives the same string for the same address, and for that string',
    async check({ addresses, messenger }) {
      for (const good of addresses) {
        const canonical = messenger.getAddress(good as never);
        assert.equal(messenger.getAddress(good as never), canonical, 'the second time it is another');
        assert.equal(messenger.getAddress(canonical as never), canonical, 'its own output becomes another');
      }
    },
  },
  {
    name: 'gives different strings for different addresses',
    async check({ addresses, messenger }) {
      const canonical = addresses.map((good) => messenger.getAddress(good as never));
      assert.equal(new Set(canonical).size, addresses.length, inspect(canonical));
    },
  },
  {
    name: 'takes no address with more behind it for the address alone',
    async check({ addresses, messenger }) {
      for (const good of addresses) {
        for (const end of appended) {
          let canonical: string;
          try {
            canonical = messenger.getAddress(`${good}${end}` as never);
          } catch {
            refusal(messenger, `${good}${end}`, inspect(`${good}${end}`));
            continue;
          }
          assert.notEqual(canonical, messenger.getAddress(good as never), `${inspect(`${good}${end}`)} becomes ${inspect(good)}`);
        }
      }
    },
  },
  {
    name: 'refuses every bad address with an error of the kind address',
    async check({ badAddresses, messenger }) {
      for (const bad of badAddresses) refusal(messenger, bad, inspect(bad));
    },
  },
  {
    name: 'refuses what is never an address: nothing, objects, functions, symbols',
    async check({ messenger }) {
      for (const [what, value] of neverAddresses) refusal(messenger, value, what);
    },
  },
  {
    name: 'refuses an address with a NUL or half of a surrogate pair in it',
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
    name: 'lets no line break and no other control character into an address',
    async check({ addresses, messenger }) {
      for (const good of addresses) {
        for (const sneaked of [`${good}\r\nBcc: ${good}`, `${good}\n${good}`, `\n${good}`, `${good}\u001b[2J`]) {
          let canonical: string;
          try {
            canonical = messenger.getAddress(sneaked as never);
          } catch {
            refusal(messenger, sneaked, inspect(sneaked));
            continue;
          }
          assert.doesNotMatch(canonical, /\p{Cc}/u, `from ${inspect(sneaked)}`);
        }
      }
    },
  },
  {
    name: 'changes nothing in what it is given',
    async check({ badAddresses, messenger }) {
      const given = [...badAddresses, ...neverAddresses.map(([, value]) => value)];
      const before = given.map((value) => inspect(value, { depth: 10, showHidden: true }));
      for (const bad of given) refusal(messenger, bad, inspect(bad));
      assert.deepEqual(
        given.map((value) => inspect(value, { depth: 10, showHidden: true })),
        before,
      );
    },
  },
  {
    name: 'shows no more than 200 characters of a bad address',
    async check({ messenger }) {
      const error = refusal(messenger, `\0${'x'.repeat(20_000)}`, 'a long string that begins with a NUL');
      assert.doesNotMatch(`${inspect(error, { depth: 10, showHidden: true, maxStringLength: null })}${(error as Error).stack}`, /x{201}/);
    },
  },
];
