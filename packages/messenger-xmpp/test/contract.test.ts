import { messengerContract } from '@sitemessage/core/testing';
import { startSandbox } from '@sitemessage/sandbox';
import { describe, it } from 'vitest';
import { xmpp } from '../src/index.ts';
import { badAddresses } from './bad-addresses.ts';

messengerContract(
  { describe, it },
  {
    async start() {
      const sandbox = await startSandbox({ protocols: ['xmpp'] });
      const { options, emulator } = sandbox.xmpp;
      return {
        messenger: xmpp(options),
        emulator,
        addresses: ['ann@example.com', 'Bob.O-Neil@mail.example.org/The Phone', 'zoë@bücher.example'],
        badAddresses,
        secrets: [options.password],
        close: () => sandbox.close(),
      };
    },
  },
);
