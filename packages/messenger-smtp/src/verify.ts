import { connect } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { createTransport, type SMTPPoolOptions } from 'nodemailer';

/**
 * Connects and logs in once, to find out whether it can. nodemailer's `verify` takes no signal, and leaves a server that has fallen
 * silent connected for ten minutes; so it gets its socket from here, where an abort destroys it.
 */
export async function verify(options: SMTPPoolOptions, signal: AbortSignal): Promise<void> {
  const transport = createTransport(options);
  const connectThroughProxy = transport.getSocket || options.getSocket;
  transport.getSocket = (given, done) => {
    if (connectThroughProxy) {
      connectThroughProxy(given, (error, found) => {
        const socket = found ? found.connection : undefined;
        if (socket) addAbortSignal(signal, socket);
        done(error, found);
      });
      return;
    }
    const socket = connect({ host: options.host ?? '', port: Number(options.port), signal });
    socket.once('error', done);
    socket.once('connect', () => {
      socket.off('error', done);
      done(null, { connection: socket });
    });
  };
  await untilAborted(transport.verify(), signal);
}

/** What it still finds out afterwards is of no interest. */
async function untilAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(Object.assign(new Error('stopped'), { code: 'EABORT' }));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    work.catch(() => undefined);
    signal.removeEventListener('abort', abort);
  }
}
