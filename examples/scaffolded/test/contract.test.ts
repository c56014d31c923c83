import { messengerContract } from '@sitemessage/core/testing';
import { startSandbox } from '@sitemessage/sandbox';
import { describe, it } from 'vitest';
import { pigeonPost as protocol } from '../sandbox/emulator.ts';
import { pigeonPost } from '../src/index.ts';

// The promises that core relies on. No part can be switched off.
messengerContract(
  { describe, it },
  {
    async start() {
      const sandbox = await startSandbox({ protocols: [protocol] });
      const { options, emulator } = sandbox['pigeon-post'];
      return {
        messenger: pigeonPost(options),
        emulator,
        addresses: ['ann', '@Bob.Stone'],
        badAddresses: ['', ' ', '@', '@@ann', 'ann@example.com', 'ann smith', 7],
        secrets: [options.token],
        close: () => sandbox.close(),
      };
    },
  },
);
