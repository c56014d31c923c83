import { messengerContract } from '@sitemessage/core/testing';
import { startSandbox } from '@sitemessage/sandbox';
import { describe, it } from 'vitest';
import { vk } from '../src/index.ts';

messengerContract(
  { describe, it },
  {
    async start() {
      const sandbox = await startSandbox({ protocols: ['vk'] });
      const { options, emulator } = sandbox.vk;
      return {
        messenger: vk(options),
        emulator,
        addresses: ['12345', '-12345', 'peer:12345', 'peer:-12345', 'peer:2000000001'],
        badAddresses: [
          '',
          ' ',
          '-',
          'durov',
          'id12345',
          'club12345',
          '12a',
          '1.5',
          '0',
          '-0',
          '007',
          ' 12345',
          '12345\n',
          'peer:',
          'peer:0',
          'peer: 1',
          'peer:peer:1',
          'Peer:1',
          0,
          -0,
          1.5,
          2 ** 60,
          { peer: 0 },
          { peer: 1.5 },
          { peer: '' },
          { peer: 'peer:1' },
          { peer: null },
          { peer: { peer: 1 } },
        ],
        secrets: [options.accessToken],
        close: () => sandbox.close(),
      };
    },
  },
);
