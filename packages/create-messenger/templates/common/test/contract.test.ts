import { messengerContract } from '@sitemessage/core/testing';
import { startSandbox } from '@sitemessage/sandbox';
import { describe, it } from 'vitest';
import { myProtocol as protocol } from '../sandbox/emulator.ts';
import { myProtocol } from '../src/index.ts';

// The promises that core relies on. No part can be switched off.
messengerContract(
  { describe, it },
  {
    async start() {
      const sandbox = await startSandbox({ protocols: [protocol] });
      const { options, emulator } = sandbox['my-protocol'];
      return {
        messenger: myProtocol(options),
        emulator,
        addresses: ['ann', '@Bob.Stone'],
        badAddresses: ['', ' ', '@', '@@ann', 'ann@example.com', 'ann smith', 7],
        secrets: [options.token],
        close: () => sandbox.close(),
      };
    },
  },
);
