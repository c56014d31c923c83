import { AddressError } from '../../../src/index.ts';
import { address, type Mutant, type Mutation, messenger } from './mutate.ts';

/** Throws another error for a bad address. */
const refusing = (refuse: (given: unknown, secret: string) => Error): Mutation =>
  address((given, normalized, secret) => {
    try {
      return normalized();
    } catch {
      throw refuse(given, secret);
    }
  });

export const addressMutants: readonly Mutant[] = [
  {
    fault: 'refuses a good address',
    caughtBy: ['returns a string for each good address'],
    mutate: address((_, normalized) => {
      if (normalized().includes('-')) throw new AddressError('No hyphens.');
      return normalized();
    }),
  },
  {
    fault: 'adds a counter to an address',
    caughtBy: ['returns the same string for an address and for its own output'],
    mutate: (underTest) => {
      let count = 0;
      return address((given, normalized) => {
        if (given === normalized()) return normalized();
        count += 1;
        return `${normalized()}-${count}`;
      })(underTest);
    },
  },
  {
    fault: 'puts a prefix before an address every time',
    caughtBy: ['returns the same string for an address and for its own output'],
    mutate: address((_, normalized) => `a${normalized()}`),
  },
  {
    fault: 'cuts addresses to one letter',
    caughtBy: ['returns different strings for different addresses'],
    mutate: address((_, normalized) => normalized().replace(/^.*$/, 'a')),
  },
  {
    fault: 'reads an address as a URL and cuts its end off',
    caughtBy: ['never ignores text after an address'],
    mutate: messenger((original) => ({
      getAddress: (given: unknown) => original.getAddress((typeof given === 'string' ? given.split(/[/?#\\]/, 1)[0] : given) as never),
    })),
  },
  {
    fault: 'throws a TypeError for a bad address',
    caughtBy: ['throws an address error for every bad address'],
    mutate: refusing(() => new TypeError('No address.')),
  },
  {
    fault: 'throws a plain object for a bad address',
    caughtBy: ['throws an address error for every bad address'],
    mutate: address((_, normalized) => {
      try {
        return normalized();
      } catch {
        throw { kind: 'address' };
      }
    }),
  },
  {
    fault: 'accepts everything that converts to a string',
    caughtBy: ['refuses undefined, null, objects, functions and symbols'],
    mutate: address((given) => `${given}`),
  },
  {
    fault: 'removes unknown characters from an address',
    caughtBy: ['refuses a NUL or a lone surrogate in an address'],
    mutate: address((given, normalized) => (typeof given === 'string' ? given.replaceAll(/[^a-z0-9-]/gi, '') : normalized())),
  },
  {
    fault: 'keeps a line break in an address',
    caughtBy: ['lets no control character into an address'],
    mutate: address((given, normalized) => (typeof given === 'string' && /^\w+\r?\n/.test(given) ? given : normalized())),
  },
  {
    fault: 'writes into the object that it refuses',
    caughtBy: ['does not modify its argument'],
    mutate: address((given, normalized) => {
      if (typeof given === 'object' && given !== null && !Object.isFrozen(given)) Object.assign(given, { checked: true });
      return normalized();
    }),
  },
  {
    fault: 'quotes a bad address in full',
    caughtBy: ['quotes at most 200 characters of a bad address'],
    mutate: refusing((given) => new AddressError(typeof given === 'string' ? `${given} is no address.` : 'It is no address.')),
  },
  {
    fault: 'shows the token when it refuses an address',
    caughtBy: ['shows no secret in the error for a bad address'],
    mutate: refusing((_, secret) => new AddressError(`There is no such address at ${secret}.`)),
  },
];
