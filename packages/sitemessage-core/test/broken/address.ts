import { AddressError } from '../../src/index.ts';
import { address, type Broken, messenger } from './spoil.ts';

/** Says something else of a bad address. */
const refusing = (refuse: (given: unknown, secret: string) => Error): Broken['spoil'] =>
  address((given, canonical, secret) => {
    try {
      return canonical();
    } catch {
      throw refuse(given, secret);
    }
  });

export const brokenAddresses: readonly Broken[] = [
  {
    fault: 'refuses a good address',
    caughtBy: ['accepts good addresses and gives strings'],
    spoil: address((_, canonical) => {
      if (canonical().includes('-')) throw new AddressError('No hyphens.');
      return canonical();
    }),
  },
  {
    fault: 'counts how often an address was asked for',
    caughtBy: ['gives the same string for the same address, and for that string'],
    spoil: (underTest) => {
      let count = 0;
      return address((given, canonical) => {
        if (given === canonical()) return canonical();
        count += 1;
        return `${canonical()}-${count}`;
      })(underTest);
    },
  },
  {
    fault: 'puts a prefix before an address every time',
    caughtBy: ['gives the same string for the same address, and for that string'],
    spoil: address((_, canonical) => `a${canonical()}`),
  },
  {
    fault: 'cuts addresses to one letter',
    caughtBy: ['gives different strings for different addresses'],
    spoil: address((_, canonical) => canonical().replace(/^.*$/, 'a')),
  },
  {
    fault: 'reads an address as a URL',
    caughtBy: ['takes no address with more behind it for the address alone'],
    spoil: messenger((original) => ({
      getAddress: (given: unknown) => original.getAddress((typeof given === 'string' ? given.split(/[/?#\\]/, 1)[0] : given) as never),
    })),
  },
  {
    fault: 'throws a TypeError for a bad address',
    caughtBy: ['refuses every bad address with an error of the kind address'],
    spoil: refusing(() => new TypeError('No address.')),
  },
  {
    fault: 'throws no error for a bad address, but what looks like one',
    caughtBy: ['refuses every bad address with an error of the kind address'],
    spoil: address((_, canonical) => {
      try {
        return canonical();
      } catch {
        throw { kind: 'address' };
      }
    }),
  },
  {
    fault: 'accepts whatever can be written as a string',
    caughtBy: ['refuses what is never an address: nothing, objects, functions, symbols'],
    spoil: address((given) => `${given}`),
  },
  {
    fault: 'drops characters that it does not know from an address',
    caughtBy: ['refuses an address with a NUL or half of a surrogate pair in it'],
    spoil: address((given, canonical) => (typeof given === 'string' ? given.replaceAll(/[^a-z0-9-]/gi, '') : canonical())),
  },
  {
    fault: 'keeps a line break in an address',
    caughtBy: ['lets no line break and no other control character into an address'],
    spoil: address((given, canonical) => (typeof given === 'string' && /^\w+\r?\n/.test(given) ? given : canonical())),
  },
  {
    fault: 'writes into the object that it refuses',
    caughtBy: ['changes nothing in what it is given'],
    spoil: address((given, canonical) => {
      if (typeof given === 'object' && given !== null && !Object.isFrozen(given)) Object.assign(given, { checked: true });
      return canonical();
    }),
  },
  {
    fault: 'repeats the whole of a bad address',
    caughtBy: ['shows no more than 200 characters of a bad address'],
    spoil: refusing((given) => new AddressError(typeof given === 'string' ? `${given} is no address.` : 'It is no address.')),
  },
  {
    fault: 'names the token when it refuses an address',
    caughtBy: ['shows no secret in the error of a bad address'],
    spoil: refusing((_, secret) => new AddressError(`There is no such address at ${secret}.`)),
  },
];
