import { messengerContract } from '@sitemessage/core/testing';
import { describe, it } from 'vitest';
import { webhook } from '../src/webhook.ts';
import { startProvider } from './provider.ts';

const token = 'a-token-that-nobody-should-see';

messengerContract(
  { describe, it },
  {
    async start() {
      const { url, emulator, close } = await startProvider(token);
      return {
        messenger: webhook({ token }),
        emulator,
        addresses: [`${url}/ann`, `${url}/bob`],
        badAddresses: [
          '',
          '/ann',
          'ftp://example.com/',
          'https://',
          'https://a:b@example.com/',
          7,
        ],
        secrets: [token],
        close,
      };
    },
  },
);
