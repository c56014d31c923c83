import { messengerContract } from '@sitemessage/core/testing';
import { startSandbox } from '@sitemessage/sandbox';
import { describe, it } from 'vitest';
import { telegram } from '../src/index.ts';

messengerContract(
  { describe, it },
  {
    async start() {
      const sandbox = await startSandbox({ protocols: ['telegram'] });
      const { options, emulator } = sandbox.telegram;
      return {
        messenger: telegram(options),
        emulator,
        addresses: ['12345678', '@mychannel', '-1001234567890'],
        badAddresses: [
          '',
          ' ',
          '@',
          '@abc',
          '@1abcd',
          'mychannel',
          '12a',
          '1.5',
          '0',
          '-0',
          '007',
          0,
          1.5,
          2 ** 60,
          '@my channel',
          '@mychannel\n',
        ],
        secrets: [options.token],
        close: () => sandbox.close(),
      };
    },
  },
);
