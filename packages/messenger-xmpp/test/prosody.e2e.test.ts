import { messengerContract } from '@sitemessage/core/testing';
import { type Certificate, certificate, trust } from '@sitemessage/test-support';
import { type Prosody, startProsody } from '@sitemessage/test-support/prosody';
import { afterAll, describe, it } from 'vitest';
import { xmpp } from '../src/index.ts';
import { badAddresses } from './bad-addresses.ts';
import { prosodyEmulator } from './prosody-emulator.ts';
import { accounts, realServerTests } from './real-server.ts';

const trusted: Certificate = await certificate(['localhost']);
// The client of the receiver takes no option for it.
trust(trusted);
const prosody: Prosody | undefined = await startProsody({ certificate: trusted, accounts });
afterAll(() => prosody?.[Symbol.asyncDispose]());

if (prosody) {
  describe('with Prosody', () => {
    messengerContract(
      { describe, it },
      {
        async start() {
          return {
            messenger: xmpp({ jid: 'shop@localhost', password: accounts.shop, host: '127.0.0.1', port: prosody.port, ca: trusted.cert }),
            emulator: prosodyEmulator(prosody),
            addresses: ['ann@localhost', 'Ann@LocalHost/her phone', 'zoë@localhost'],
            badAddresses,
            secrets: [accounts.shop],
            close: async () => undefined,
          };
        },
      },
    );
    realServerTests({ ...prosody, ca: trusted.cert });
  });
} else {
  it('leaves Prosody out, which is not on this machine. Only the emulator is tested', () => {
    process.stdout.write('Without Prosody: it is not on this machine. XMPP is tested with the emulator only.\n');
  });
}
