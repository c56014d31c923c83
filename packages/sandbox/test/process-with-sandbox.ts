import { once } from 'node:events';
import { connect } from 'node:net';
import { createTransport } from 'nodemailer';
import { type SmtpOutcome, startSandbox } from '../src/index.ts';

// Closes a sandbox with three connections: one is idle, one gets no answer, and one gets its answer in an
// hour.
const sandbox = await startSandbox();
const port = sandbox.smtp.ports.plain;
const transport = createTransport({ host: '127.0.0.1', port, ignoreTLS: true, pool: true, maxConnections: 1 });
await transport.sendMail({ from: 'shop@example.com', to: 'ann@example.com', text: 'Hello Ann' });
await waitForAnswer('bob@example.com', { silent: true });
await waitForAnswer('eve@example.com', { delayMs: 3_600_000 });
await sandbox.close();
process.send?.('closed');

/** Opens a connection, and sends commands up to the recipient. */
async function waitForAnswer(recipient: string, outcome: SmtpOutcome): Promise<void> {
  const { promise: struck, resolve } = Promise.withResolvers<void>();
  const to = (address: string): boolean => {
    if (address === recipient) resolve();
    return address === recipient;
  };
  sandbox.smtp.fail({ at: 'rcpt', to, ...outcome });
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'data');
  for (const command of ['HELO client', 'MAIL FROM:<shop@example.com>']) {
    socket.write(`${command}\r\n`);
    await once(socket, 'data');
  }
  socket.write(`RCPT TO:<${recipient}>\r\n`);
  await struck;
}
