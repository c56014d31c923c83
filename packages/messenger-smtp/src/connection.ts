import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import SMTPConnection, {
  type SMTPConnectionAuth,
  type SMTPConnectionOptions,
  type SMTPConnectionSendInfo,
} from 'nodemailer/lib/smtp-connection';
import { type Envelope, notOfferedError } from './envelope.ts';
import { isReply } from './errors.ts';
import { refusalIn, Transcript } from './transcript.ts';

/** The longest wait for a server's goodbye. */
const goodbyeMs = 1_000;

/**
 * One connection to a server, for one mail at a time. When the signal aborts, every operation ends, and the
 * connection is closed.
 */
export class Connection {
  readonly #smtp: SMTPConnection;
  #isUsed = false;

  constructor(options: SMTPConnectionOptions) {
    // Closes at once, because the server may have fallen silent.
    this.#smtp = new SMTPConnection({ ...options, socketCloseTimeout: 0 });
    // Without a listener, a connection that breaks while it is idle would end the process. The next mail
    // finds it closed.
    this.#smtp.on('error', () => undefined);
  }

  get isOpen(): boolean {
    return !this.#smtp.destroyed;
  }

  /** True when it has carried a mail. A server that wants no further mail over it tells the next mail so. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** Connects, says hello and encrypts. */
  async greet(signal: AbortSignal): Promise<void> {
    try {
      await this.#until(signal, (done) => this.#smtp.connect(done));
    } catch (error) {
      // When a server refuses EHLO, nodemailer says HELO. The server may have hung up by then.
      const { lastServerResponse: last } = this.#smtp;
      if (isReply(error) || last === false || !/^[45]\d\d/.test(last)) throw error;
      throw Object.assign(coded('EPROTOCOL', `Connection closed: ${last}`), { response: last, responseCode: Number(last.slice(0, 3)) });
    }
  }

  /** @throws Error `EAUTH`, also when the server offers no login. */
  logIn(auth: SMTPConnectionAuth, signal: AbortSignal): Promise<unknown> {
    return this.#until(signal, (done) => {
      if (this.#smtp.allowsAuth) this.#smtp.login({ ...auth }, done);
      else done(coded('EAUTH', 'the server does not offer it'));
    });
  }

  /**
   * Sends a mail for this recipient. Others in the envelope get a copy if the server takes it.
   *
   * @throws SitemessageError `smtp_not_offered`, before the server gets a command about the mail.
   * @throws Error with the reply that refuses this recipient, even when the server took the mail for others.
   * @throws Error `EBROKEN` when the connection broke.
   */
  async send(
    { requiredExtensions, ...envelope }: Envelope,
    recipient: string,
    content: Readable,
    signal: AbortSignal,
  ): Promise<SMTPConnectionSendInfo> {
    const missing = requiredExtensions.find(({ extension }) => !offers(this.#smtp, extension));
    if (missing) throw notOfferedError(missing);
    if (requiredExtensions.some(({ extension }) => extension === 'SMTPUTF8')) announceUtf8(this.#smtp);
    const transcript = new Transcript(this.#smtp._socket as Socket);
    const refusal = (): Error | undefined => refusalIn(transcript.replies(), envelope.to as readonly string[], recipient);
    let sent: SMTPConnectionSendInfo;
    try {
      // A copy, because nodemailer writes its results into the envelope.
      sent = await this.#until<SMTPConnectionSendInfo>(signal, (done) => this.#smtp.send({ ...envelope }, content, done));
    } catch (error) {
      const isBroken = !this.isOpen && !signal.aborted && !isReply(error);
      throw refusal() ?? (isBroken ? coded('EBROKEN', (error as Error).message) : error);
    } finally {
      transcript.stop();
    }
    this.#isUsed = true;
    const refused = refusal();
    if (refused) throw refused;
    return sent;
  }

  /** Makes it ready for the next mail after a refusal. */
  async reset(signal: AbortSignal): Promise<void> {
    await this.#until(signal, (done) => this.#smtp.reset(done));
    this.#isUsed = true;
  }

  /** Says goodbye (RFC 5321, 4.1.1.10), and closes after 1 s at most. */
  async quit(): Promise<void> {
    await this.#until(AbortSignal.timeout(goodbyeMs), () => this.#smtp.quit()).catch(() => undefined);
  }

  close(): void {
    this.#smtp.close();
  }

  /**
   * Waits for an operation of nodemailer. It reports a broken connection by the callback or by `error`. When
   * it expected nothing from the server, it emits only `end`.
   */
  async #until<T>(signal: AbortSignal, start: (done: (error?: Error | null, result?: T) => void) => void): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const abort = (): void => {
      reject(aborted());
      this.close();
    };
    // The callback comes right after `end`, and knows more.
    const end = (): void => queueMicrotask(() => reject(coded('ECONNECTION', 'Connection closed')));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    this.#smtp.on('error', reject).on('end', end);
    try {
      start((error, result) => (error ? reject(error) : resolve(result as T)));
      return await promise;
    } finally {
      signal.removeEventListener('abort', abort);
      this.#smtp.off('error', reject).off('end', end);
    }
  }
}

/**
 * Private parts of nodemailer's connection. It knows the server's extensions, and has no public way to ask
 * for them.
 */
interface Internals {
  readonly _supportedExtensions: readonly string[];
  _sendCommand(command: string, shown?: string): void;
}

const offers = (smtp: SMTPConnection, extension: string): boolean =>
  (smtp as unknown as Internals)._supportedExtensions.includes(extension);

/**
 * Adds SMTPUTF8 to the next MAIL command. nodemailer adds it only for an address of the envelope. RFC 6531,
 * 3.4 wants it for a header too.
 */
function announceUtf8(smtp: SMTPConnection): void {
  const internals = smtp as unknown as Internals;
  const send = internals._sendCommand;
  internals._sendCommand = (command, shown) => {
    internals._sendCommand = send;
    send.call(smtp, command.endsWith(' SMTPUTF8') || command.includes(' SMTPUTF8 ') ? command : `${command} SMTPUTF8`, shown);
  };
}

/** Makes the error of an operation that was aborted. */
export const aborted = (): Error => coded('EABORT', 'stopped');

/** Makes an error with a code, as nodemailer has them. */
export const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code });
