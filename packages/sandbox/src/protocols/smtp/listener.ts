import type { AddressInfo } from 'node:net';
import { domainToASCII } from 'node:url';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import type { SmtpFaults, SmtpOutcome, SmtpStage } from './faults.ts';

/** The emulator, as its listeners see it. */
export interface SmtpHost {
  readonly faults: SmtpFaults;
  /** Notes a login. Returns true when the credentials are right. */
  login(login: { readonly user: string; readonly password: unknown; readonly accessToken: unknown; readonly secure: boolean }): boolean;
  /** Accepts a mail. Resolves with the text of the reply. */
  take(raw: Buffer, recipients: readonly string[]): Promise<string>;
}

export interface SmtpListener {
  readonly port: number;
  /** Returns the number of connections that are open now. */
  connections(): number;
  /** Returns the number of connections that were ever opened. */
  connected(): number;
  close(): Promise<void>;
}

type Done = (error?: Error | null) => void;

/** Starts an `smtp-server` on a free port of 127.0.0.1. */
export async function listen(options: SMTPServerOptions, host: SmtpHost): Promise<SmtpListener> {
  let connected = 0;

  const drop = ({ id }: SMTPServerSession): void => {
    for (const connection of server.connections) if (connection.id === id) connection._socket?.destroy();
  };

  /** Applies a fault, or calls `goOn` when there is none. */
  const apply = (outcome: SmtpOutcome | undefined, session: SMTPServerSession, done: Done, goOn: () => void): void => {
    if (!outcome) goOn();
    else if (outcome.drop) drop(session);
    else if (outcome.delayMs !== undefined) setTimeout(goOn, outcome.delayMs).unref();
    else if (outcome.reply !== undefined) {
      done(refusal(outcome.reply));
      // A server closes the connection after a 421. smtp-server keeps it.
      if (outcome.reply.startsWith('421')) setImmediate(() => closeAfterReply(session));
    }
  };

  const closeAfterReply = ({ id }: SMTPServerSession): void => {
    for (const connection of server.connections) if (connection.id === id) connection._socket?.end();
  };

  const applyAt = (stage: SmtpStage, session: SMTPServerSession, done: Done, address?: string): void =>
    apply(host.faults.trigger(stage, address), session, done, () => done());

  const server = new SMTPServer({
    ...options,
    // The replies of faults have their own enhanced codes.
    hideENHANCEDSTATUSCODES: true,
    authOptional: true,
    disableReverseLookup: true,
    authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
    logger: false,
    closeTimeout: 1,
    onConnect: (session, done) => applyAt('connect', session, done),
    onAuth(auth, session, done) {
      const user = auth.username ?? '';
      const isRight = host.login({ user, password: auth.password, accessToken: auth.accessToken, secure: session.secure });
      apply(host.faults.trigger('auth'), session, done, () => {
        if (isRight) done(null, { user });
        else done(refusal('535 5.7.8 Authentication credentials invalid'));
      });
    },
    onMailFrom: (_, session, done) => applyAt('mail', session, done),
    onRcptTo: ({ address }, session, done) => applyAt('rcpt', session, done, toAscii(address)),
    onData(stream, session, done) {
      const recipients = session.envelope.rcptTo.map(({ address }) => toAscii(address));
      const faultAt = (stage: SmtpStage): SmtpOutcome | undefined => {
        for (const address of recipients) {
          const outcome = host.faults.trigger(stage, address);
          if (outcome) return outcome;
        }
        return undefined;
      };
      const early = faultAt('data');
      if (early?.drop) return drop(session);
      const during = faultAt('content');
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (during?.drop) drop(session);
      });
      stream.on('end', () => {
        apply(early ?? during, session, done, () => {
          host
            .take(Buffer.concat(chunks), recipients)
            .then((reply) => apply(faultAt('taken'), session, done, () => done(null, reply)), done);
        });
      });
    },
  });
  // Tests break connections on purpose.
  server.on('error', () => undefined);
  server.server.on('connection', () => {
    connected += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: (server.server.address() as AddressInfo).port,
    connections: () => server.connections.size,
    connected: () => connected,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/**
 * Returns an address as it came over the connection and as a messenger stores it:
 * `ann@xn--bcher-kva.example`. smtp-server decodes it to `ann@bücher.example`.
 */
function toAscii(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  // An ASCII domain stays as it is: Node would turn `0x7f.1` into 127.0.0.1.
  return /[^!-~]/.test(domain) ? `${address.slice(0, at + 1)}${domainToASCII(domain)}` : address;
}

/** Returns a reply as smtp-server needs it: an error with a code and a message. */
function refusal(reply: string): Error {
  const [code = '', ...words] = reply.split(' ');
  return Object.assign(new Error(words.join(' ')), { responseCode: Number(code) });
}
