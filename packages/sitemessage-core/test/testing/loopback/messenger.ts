import {
  AddressError,
  ConfigurationError,
  defineMessenger,
  invalidOption,
  PermanentError,
  type Receipt,
  redactor,
  TransientError,
  UnknownOutcomeError,
} from '../../../src/index.ts';
import type { MessengerUnderTest } from '../../../src/testing/index.ts';
import { type Provider, type Reply, startProvider } from './provider.ts';

interface LoopbackOptions {
  readonly provider: Provider;
  readonly token: string;
}

/** A small but complete messenger with a connection. It throws every kind of error. */
const loopback = defineMessenger({
  alias: 'loopback',
  package: '@example/messenger-loopback',
  title: 'Loopback',
  getAddress(recipient: string): string {
    const name = typeof recipient === 'string' ? recipient.trim().toLowerCase() : '';
    if (!/^[a-z][a-z0-9-]{0,30}$/.test(name)) {
      throw new AddressError('A Loopback address is a name of up to 31 letters, digits and hyphens that begins with a letter.');
    }
    return name;
  },
  create({ provider, token }: LoopbackOptions) {
    if (!token) throw invalidOption('token', 'is missing. Pass the token of the provider', 'loopback');
    const { cause, text } = redactor([token]);

    return {
      concurrency: 4,
      limits: (address) => [{ key: `loopback:${address}`, intervalMs: 1_000, burst: 3 }],

      async open({ signal }) {
        const line = await provider.connect(token).catch((error: unknown) => {
          throw new ConfigurationError('Loopback refuses the token.', { code: 'loopback_token', cause: cause(error) });
        });
        // The signal may have aborted meanwhile. Core cannot close a connection that is not returned.
        if (signal.aborted) line.hangUp();
        signal.throwIfAborted();

        return {
          async send({ id, address, content }, { signal }) {
            signal.throwIfAborted();
            if (content.text === '') throw new PermanentError('Loopback carries text only, and the content has none.');
            const hangUp = (): void => line.hangUp();
            signal.addEventListener('abort', hangUp);
            try {
              return receipt(await line.post({ id, to: address, text: content.text }), text);
            } catch (error) {
              if (!(error instanceof Error) || 'kind' in error) throw error;
              // The request went out, so nobody knows whether the provider took the letter.
              throw new UnknownOutcomeError('The line to Loopback broke.', { sessionLost: true, cause: cause(error) });
            } finally {
              signal.removeEventListener('abort', hangUp);
            }
          },
          close: async () => line.hangUp(),
        };
      },
    };
  },
});

const scopes = { 'nobody else': 'dispatch', 'the reader': 'address', 'the sender': 'messenger' } as const;

function receipt(reply: Reply, hide: (text: string) => string): Receipt {
  switch (reply.status) {
    case 'taken':
      return { providerId: hide(reply.number) };
    case 'busy':
      throw new TransientError('Loopback is busy.', {
        code: 'loopback_busy',
        scope: scopes[reply.who],
        ...(reply.waitSeconds !== undefined && { retryAfterMs: reply.waitSeconds * 1_000 }),
      });
    case 'refused':
      throw new PermanentError('Loopback refuses the letter.', { code: 'loopback_refused' });
    case 'bad token':
      throw new ConfigurationError('Loopback refuses the token.', { code: 'loopback_token' });
  }
}

const token = 'tok/en+"7f3a"';

/** Starts a provider and a messenger that reaches it. */
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
