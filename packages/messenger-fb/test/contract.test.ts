import { createHmac } from 'node:crypto';
import { messengerContract } from '@sitemessage/core/testing';
import { startSandbox } from '@sitemessage/sandbox';
import { describe, it } from 'vitest';
import { fb } from '../src/index.ts';

const badAddresses = [
  ' ',
  '0',
  '-1',
  '007',
  '1.5',
  '12a',
  'me',
  'my.page',
  '@page',
  ' 61550000000001',
  '61550000000001\n',
  '61550000000001/feed',
  '61550000000001_1',
  '٣',
  '1'.repeat(20),
  0,
  -1,
  1.5,
  2 ** 60,
  Number.NaN,
  true,
  [],
  ['61550000000001'],
];

messengerContract(
  { describe, it },
  {
    async start() {
      const sandbox = await startSandbox({ protocols: ['fb'] });
      const { options, emulator, credentials, tokens, pages, requireProof } = sandbox.fb;
      requireProof();
      // The contract needs two recipients. Facebook itself has no token for two pages.
      const pageAccessToken = tokens.bothPages;
      const { appSecret } = credentials;
      return {
        messenger: fb({ ...options, pageAccessToken, appSecret }),
        emulator,
        addresses: ['', pages.other],
        badAddresses,
        secrets: [pageAccessToken, appSecret, createHmac('sha256', appSecret).update(pageAccessToken).digest('hex')],
        close: () => sandbox.close(),
      };
    },
  },
);
