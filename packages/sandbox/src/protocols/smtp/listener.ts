import type { AddressInfo } from 'node:net';
import { domainToASCII } from 'node:url';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import type { SmtpFaults, SmtpOutcome, SmtpStage } from './faults.ts';

/** What one listener tells and asks the emulator. */
export interface SmtpHost {
  readonly faults: SmtpFaults;
  /** Whether these credentials are right. */
  login(login: { readonly user: string; readonly password: unknown; readonly accessToken: unknown; readonly secure: boolean }): boolean;
  /** Resolves with the words of the reply. */
  take(raw: Buffer, recipients: readonly string[]): Promise<string>;
}

export interface SmtpListener {
  readonly port: number;
  /** Open now. */
  connections(): number;
  /** Ever opened. */
  connected(): number;
  close(): Promise<void>;
}

type Done = (error?: Error | null) => void;

/** One smtp-server on a free port of 127.0.0.1. */
export async function listen(options: SMTPServerOptions, host: SmtpHost): Promise<SmtpListener> {
  let connected = 0;

  const drop = ({ id }: SMTPServerSession): void => {
    for (const connection of server.connections) if (connection.id === id) connection._socket?.destroy();
  };

  /** Lets a fault strike, or else goes on. */
  const meet = (outcome: SmtpOutcome | undefined, session: SMTPServerSession, done: Done, goOn: () => void): void => {
    if (!outcome) goOn();
    else if (outcome.drop) drop(session);
    else if (outcome.delayMs !== undefined) setTimeout(goOn, outcome.delayMs).unref();
    else if (outcome.reply !== undefined) {
      done(refusal(outcome.reply));
      // smtp-server keeps the connection after a 421; a server that says so closes it.
      if (outcome.reply.startsWith('421')) setImmediate(() => closeAfterReply(session));
    }
  };

  const closeAfterReply = ({ id }: SMTPServerSession): void => {
    for (const connection of server.connections) if (connection.id === id) connection._socket?.end();
  };

  const strike = (stage: SmtpStage, session: SMTPServerSession, done: Done, address?: string): void =>
    meet(host.faults.strike(stage, address), session, done, () => done());

  const server = new SMTPServer({
    ...options,
    // The replies of the faults bring their own.
    hideENHANCEDSTATUSCODES: true,
    authOptional: true,
    disableReverseLookup: true,
    authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
    logger: false,
    closeTimeout: 1,
    onConnect: (session, done) => strike('connect', session, done),
    onAuth(auth, session, done) {
      const user = auth.username ?? '';
      const isRight = host.login({ user, password: auth.password, accessToken: auth.accessToken, secure: session.secure });
      meet(host.faults.strike('auth'), session, done, () => {
        if (isRight) done(null, { user });
        else done(refusal('535 5.7.8 Authentication credentials invalid'));
      });
    },
    onMailFrom: (_, session, done) => strike('mail', session, done),
    onRcptTo: ({ address }, session, done) => strike('rcpt', session, done, asLookedUp(address)),
    onData(stream, session, done) {
      const recipients = session.envelope.rcptTo.map(({ address }) => asLookedUp(address));
      const strikeFor = (stage: SmtpStage): SmtpOutcome | undefined => {
        for (const address of recipients) {
          const outcome = host.faults.strike(stage, address);
          if (outcome) return outcome;
        }
        return undefined;
      };
      const early = strikeFor('data');
      if (early?.drop) return drop(session);
      const within = strikeFor('content');
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (within?.drop) drop(session);
      });
      stream.on('end', () => {
        meet(early ?? within, session, done, () => {
          host
            .take(Buffer.concat(chunks), recipients)
            .then((reply) => meet(strikeFor('taken'), session, done, () => done(null, reply)), done);
        });
      });
    },
  });
  // A client that goes away in the middle is nothing unusual here.
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

/** smtp-server shows `bücher.example`; what came over the line, and what a messenger stores, is `xn--bcher-kva.example`. */
function asLookedUp(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  // Node would read what is plain as a URL does, and take `0x7f.1` for 127.0.0.1.
  return /[^!-~]/.test(domain) ? `${address.slice(0, at + 1)}${domainToASCII(domain)}` : address;
}

/** A reply as smtp-server wants it: an error whose message follows the code. */
function refusal(reply: string): Error {
  const [code = '', ...words] = reply.split(' ');
  return Object.assign(new Error(words.join(' ')), { responseCode: Number(code) });
}
