import { createSitemessage } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { messengerContract } from '@sitemessage/core/testing';
import { describe, expect, it } from 'vitest';
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
        badAddresses: ['', 'ann', '/ann', 'ftp://example.com/', 'https://', 7],
        secrets: [token],
        close,
      };
    },
  },
);

describe('the webhook messenger', () => {
  it('is found by its alias, and delivers', async () => {
    const { url, emulator, close } = await startProvider(token);
    const site = createSitemessage({ storage: memoryStorage(), messengers: { webhook: { token } } });
    await site.scheduleMessages('Hi there!', site.recipients('webhook', `${url}/ann`));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 1 });
    expect(emulator.received()).toEqual([{ address: `${url}/ann`, text: 'Hi there!' }]);
    await site.close();
    await close();
  });
});
