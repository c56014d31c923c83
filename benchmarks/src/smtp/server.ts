/**
 * A process with an SMTP server that accepts every mail and keeps none. It tells its parent the port first,
 * and then, for each message from the parent, how many mails it accepted.
 */
import { SMTPServer } from 'smtp-server';

let taken = 0;
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  logger: false,
  onData(stream, _session, done) {
    stream.on('end', () => {
      taken += 1;
      done();
    });
    stream.resume();
  },
});
server.on('error', () => undefined);
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.server.address() as { port: number }).port }));
process.on('message', () => process.send?.({ taken }));
process.on('disconnect', () => process.exit());
