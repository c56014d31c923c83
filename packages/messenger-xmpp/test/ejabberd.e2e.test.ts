import { type Certificate, certificate, trust } from '@sitemessage/test-support';
import { type Ejabberd, startEjabberd } from '@sitemessage/test-support/ejabberd';
import { afterAll, describe, it } from 'vitest';
import { accounts, realServerTests } from './real-server.ts';

const trusted: Certificate = await certificate(['localhost']);
// The receiver's client knows no other way.
trust(trusted);
const ejabberd: Ejabberd | undefined = await startEjabberd({ certificate: trusted, accounts });
afterAll(() => ejabberd?.[Symbol.asyncDispose]());

if (ejabberd) {
  describe('with ejabberd', () => realServerTests({ ...ejabberd, ca: trusted.cert }));
} else {
  it('goes without ejabberd, which is not on this machine: the emulator alone is tried', () => {
    process.stdout.write('Without ejabberd: it is not on this machine; XMPP is tried with the emulator alone.\n');
  });
}
