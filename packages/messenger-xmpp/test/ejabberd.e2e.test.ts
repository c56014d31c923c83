import { type Certificate, certificate, trust } from '@sitemessage/test-support';
import { type Ejabberd, startEjabberd } from '@sitemessage/test-support/ejabberd';
import { afterAll, describe, it } from 'vitest';
import { accounts, realServerTests } from './real-server.ts';

const trusted: Certificate = await certificate(['localhost']);
// The client of the receiver takes no option for it.
trust(trusted);
const ejabberd: Ejabberd | undefined = await startEjabberd({ certificate: trusted, accounts });
afterAll(() => ejabberd?.[Symbol.asyncDispose]());

if (ejabberd) {
  describe('with ejabberd', () => realServerTests({ ...ejabberd, ca: trusted.cert }));
} else {
  it('leaves ejabberd out, which is not on this machine. Only the emulator is tested', () => {
    process.stdout.write('Without ejabberd: it is not on this machine. XMPP is tested with the emulator only.\n');
  });
}
