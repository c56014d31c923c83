import { Readable } from 'node:stream';

/** How far the content of a mail got. nodemailer says `CONN` of every broken line, whatever was going on. */
export interface Progress {
  isComplete: boolean;
}

/** As much as a socket buffers by itself. */
const chunkSize = 64 * 1024;

/**
 * The content of a mail, which is read only after the server asked for it; the final dot is written when its end was read. So a line
 * that breaks before that cannot have delivered anything, and after that nobody knows.
 */
export class Content extends Readable {
  readonly #bytes: Buffer;
  readonly #progress: Progress;
  #position = 0;

  constructor(bytes: Buffer, progress: Progress) {
    super();
    this.#bytes = bytes;
    this.#progress = progress;
  }

  override _read(): void {
    const chunk = this.#bytes.subarray(this.#position, this.#position + chunkSize);
    this.#position += chunk.length;
    if (this.#position === this.#bytes.length) this.#progress.isComplete = true;
    this.push(chunk);
    if (this.#progress.isComplete) this.push(null);
  }
}
