import type { Socket } from 'node:net';
import SMTPConnection, {
  type SMTPConnectionAuth,
  type SMTPConnectionOptions,
  type SMTPConnectionSendInfo,
} from 'nodemailer/lib/smtp-connection';
import type { Content } from './content.ts';
import { isReply } from './errors.ts';
import { announceUtf8, offers } from './extensions.ts';
import type { Envelope } from './mail.ts';
import { notOffered } from './needs.ts';
import { refusalIn, Transcript } from './transcript.ts';

/** How long a server may take to say goodbye. */
const goodbyeMs = 1_000;

/** One connection to a server, for one mail at a time. Every operation ends with the signal, and the connection with it. */
export class Connection {
  readonly #smtp: SMTPConnection;
  #isUsed = false;

  constructor(options: SMTPConnectionOptions) {
    // A connection that is closed is not needed any more, and the server may have fallen silent.
    this.#smtp = new SMTPConnection({ ...options, socketCloseTimeout: 0 });
    // A connection that breaks while it is idle is found closed when the next mail takes it.
    this.#smtp.on('error', () => undefined);
  }

  get isOpen(): boolean {
    return !this.#smtp.destroyed;
  }

  /** True when it has carried a mail. A server that has had enough of a connection says so to the next mail. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** Connects, says hello and encrypts. */
  async greet(signal: AbortSignal): Promise<void> {
    try {
      await this.#until(signal, (done) => this.#smtp.connect(done));
    } catch (error) {
      // nodemailer says HELO to a server that refuses EHLO, which may have hung up by then.
      const { lastServerResponse: last } = this.#smtp;
      if (isReply(error) || last === false || !/^[45]\d\d/.test(last)) throw error;
      throw Object.assign(coded('EPROTOCOL', `Connection closed: ${last}`), { response: last, responseCode: Number(last.slice(0, 3)) });
    }
  }

  /** @throws Error with the code `EAUTH` also when the server offers no login. */
  logIn(auth: SMTPConnectionAuth, signal: AbortSignal): Promise<unknown> {
    return this.#until(signal, (done) => {
      if (this.#smtp.allowsAuth) this.#smtp.login({ ...auth }, done);
      else done(coded('EAUTH', 'the server does not offer it'));
    });
  }

  /**
   * Sends a mail for this recipient. Others in the envelope get a copy, if the server wants.
   *
   * @throws SitemessageError of the code `smtp_not_offered`, before the server hears of the mail. The refusal of this recipient, also when the server took the mail for others, or hung up after it. Error with the code `ELINE`
   * when the line broke.
   */
  async send({ needs, ...envelope }: Envelope, recipient: string, content: Content, signal: AbortSignal): Promise<SMTPConnectionSendInfo> {
    const missing = needs.find(({ extension }) => !offers(this.#smtp, extension));
    if (missing) throw notOffered(missing);
    if (needs.some(({ extension }) => extension === 'SMTPUTF8')) announceUtf8(this.#smtp);
    const transcript = new Transcript(this.#smtp._socket as Socket);
    const refusal = (): Error | undefined => refusalIn(transcript.replies(), envelope.to as readonly string[], recipient);
    let sent: SMTPConnectionSendInfo;
    try {
      // A copy: nodemailer notes in it what became of it.
      sent = await this.#until<SMTPConnectionSendInfo>(signal, (done) => this.#smtp.send({ ...envelope }, content, done));
    } catch (error) {
      const isBroken = !this.isOpen && !signal.aborted && !isReply(error);
      throw refusal() ?? (isBroken ? coded('ELINE', (error as Error).message) : error);
    } finally {
      transcript.stop();
    }
    this.#isUsed = true;
    const refused = refusal();
    if (refused) throw refused;
    return sent;
  }

  /** Makes it ready for the next mail after one that was refused. */
  async reset(signal: AbortSignal): Promise<void> {
    await this.#until(signal, (done) => this.#smtp.reset(done));
    this.#isUsed = true;
  }

  /** Says goodbye (RFC 5321, 4.1.1.10), and closes. */
  async quit(): Promise<void> {
    const isOver = AbortSignal.timeout(goodbyeMs);
    await this.#until(isOver, () => this.#smtp.quit()).catch(() => undefined);
  }

  close(): void {
    this.#smtp.close();
  }

  /** nodemailer tells of a line that breaks by a callback, by `error`, or, when nothing was expected from the server, by `end` alone. */
  async #until<T>(signal: AbortSignal, start: (done: (error?: Error | null, result?: T) => void) => void): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const abort = (): void => {
      reject(aborted());
      this.close();
    };
    // What a callback has to say of it comes right after.
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

/** Returns the error of an operation that was aborted. */
export const aborted = (): Error => coded('EABORT', 'stopped');

export const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code });
