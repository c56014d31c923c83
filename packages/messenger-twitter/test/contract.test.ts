import { messengerContract } from '@sitemessage/core/testing';
import { startSandbox } from '@sitemessage/sandbox';
import { describe, it } from 'vitest';
import { twitter } from '../src/index.ts';

const badAddresses = [
  ' ',
  '@',
  '@@ann',
  'ann bob',
  'ann@example.com',
  '@ann-marie',
  '@ann.b',
  '@ann ',
  ' @ann',
  '@ann\n',
  '@änn',
  '＠ann',
  'https://x.com/ann',
  'x'.repeat(16),
  `@${'x'.repeat(16)}`,
  7,
  true,
  ['@ann'],
];
const addresses = ['', 'ann', '@Bob_7'];

describe('by OAuth 1.0a', () => {
  messengerContract(
    { describe, it },
    {
      async start() {
        const sandbox = await startSandbox({ protocols: ['twitter'] });
        const { options, emulator } = sandbox.twitter;
        const { apiRoot, ...secrets } = options;
        return {
          messenger: twitter({ ...secrets, apiRoot }),
          emulator,
          addresses,
          badAddresses,
          secrets: Object.values(secrets),
          close: () => sandbox.close(),
        };
      },
    },
  );
});

describe('by OAuth 2.0', () => {
  messengerContract(
    { describe, it },
    {
      async start() {
        const sandbox = await startSandbox({ protocols: ['twitter'] });
        const options = sandbox.twitter.oauth2();
        const { clientSecret = '', accessToken, refreshToken } = options.oauth2;
        return {
          messenger: twitter(options),
          emulator: sandbox.twitter.emulator,
          addresses,
          badAddresses,
          secrets: [clientSecret, accessToken, refreshToken],
          close: () => sandbox.close(),
        };
      },
    },
  );
});
