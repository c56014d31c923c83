import { Readable } from 'node:stream';
import type { Transporter } from 'nodemailer';

/**
 * How far the content of a mail got. nodemailer says `CONN` of every broken line, whatever was going on; but it reads the content only
 * after the server asked for it, and writes the final dot when it has read the end. So a line that breaks before the end was
 * read cannot have delivered anything, and after that nobody knows.
 */
export interface Progress {
  isComplete: boolean;
}

declare module 'nodemailer' {
  interface SendMailOptions {
    /** Ours: kept up to date while the mail is sent. */
    progress?: Progress;
  }
}

/** Lets every mail of this transport keep its `progress`. */
export function watchProgress(transport: Transporter): void {
  transport.use('stream', (mail, done) => {
    const { message } = mail;
    const progress = mail.data.progress as Progress | undefined;
    if (message && progress) {
      const read = message.createReadStream.bind(message);
      message.createReadStream = (options) => {
        progress.isComplete = false;
        return new WatchedContent(read(options), progress) as Readable as ReturnType<typeof read>;
      };
    }
    done();
  });
}

/** Passes the content on, and starts with it only when somebody reads. */
class WatchedContent extends Readable {
  readonly #content: Readable;
  readonly #progress: Progress;
  #isStarted = false;

  constructor(content: Readable, progress: Progress) {
    super();
    this.#content = content;
    this.#progress = progress;
    content.on('error', (error) => this.destroy(error));
  }

  override _read(): void {
    if (this.#isStarted) {
      this.#content.resume();
      return;
    }
    this.#isStarted = true;
    this.#content.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) this.#content.pause();
    });
    this.#content.on('end', () => {
      this.#progress.isComplete = true;
      this.push(null);
    });
  }
}
