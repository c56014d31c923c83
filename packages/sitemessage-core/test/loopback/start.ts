import type { MessengerUnderTest } from '../../src/testing/index.ts';
import { loopback } from './messenger.ts';
import { startProvider } from './provider.ts';

const token = 'tok/en+"7f3a"';

export async function startLoopback(): Promise<MessengerUnderTest> {
  const provider = startProvider(token);
  return {
    messenger: loopback({ provider, token }),
    emulator: provider,
    addresses: ['ada', ' Grace ', 'joan-2'],
    badAddresses: ['', ' ', '2fast', 'a b', '-', 7, { name: 'ada' }],
    secrets: [token],
    close: async () => {},
  };
}
