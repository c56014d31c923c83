import { messengerContract } from '@sitemessage/core/testing';
import { startSandbox } from '@sitemessage/sandbox';
import { describe, it } from 'vitest';
import { smtp } from '../src/index.ts';

messengerContract(
  { describe, it },
  {
    async start() {
      const sandbox = await startSandbox({ protocols: ['smtp'] });
      const { options, emulator } = sandbox.smtp;
      return {
        messenger: smtp(options),
        emulator,
        addresses: ['ann@example.com', 'bob.o-neil+news@mail.example.org', 'zoë@bücher.example.com'],
        badAddresses: [
          '',
          ' ',
          'ann',
          'ann@',
          '@example.com',
          'ann@example.com\r\nBcc: eve@example.com',
          'a@example.com,b@example.com',
          'Ann <ann@example.com>',
          'ann@exa mple.com',
          `${'a'.repeat(65)}@example.com`,
          `a@${'b'.repeat(250)}.com`,
          7,
        ],
        secrets: [options.password],
        close: () => sandbox.close(),
      };
    },
  },
);
