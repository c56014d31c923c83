import type { Socket } from 'node:net';

/** More than all replies to one mail. */
const longestTranscript = 256 * 1024;

/**
 * The replies that a server gives, kept beside nodemailer. It reads them one by one, a turn apart, and forgets those that it has not read
 * when the line breaks: with pipelining (RFC 2920) a server may refuse a recipient, hang up, and reset the line over the rest.
 */
export class Transcript {
  readonly #chunks: Buffer[] = [];
  #length = 0;
  readonly #socket: Socket;
  readonly #listen = (chunk: Buffer): void => {
    this.#length += chunk.length;
    if (this.#length <= longestTranscript) this.#chunks.push(chunk);
  };

  /** Listens from now on. */
  constructor(socket: Socket) {
    this.#socket = socket.on('data', this.#listen);
  }

  stop(): void {
    this.#socket.off('data', this.#listen);
  }

  /** The replies that are whole, lines joined by line feeds. */
  replies(): readonly string[] {
    const lines = Buffer.concat(this.#chunks).toString().split(/\r?\n/);
    // The last one has not ended.
    lines.pop();
    const replies: string[] = [];
    let reply = '';
    for (const line of lines) {
      reply += line;
      if (/^\d{3}-/.test(line)) {
        reply += '\n';
      } else {
        if (reply !== '') replies.push(reply);
        reply = '';
      }
    }
    return replies;
  }
}

/**
 * The reply that refuses a mail for this recipient: to MAIL, to their RCPT, or to DATA, which is the order in which they come
 * (RFC 2920, 3.2). Undefined while there is none.
 *
 * @returns An error as nodemailer makes it of a reply.
 */
export function refusalIn(replies: readonly string[], recipients: readonly string[], recipient: string): Error | undefined {
  const commands = ['MAIL FROM', ...recipients.map((to) => (to === recipient ? 'RCPT TO' : 'a copy')), 'DATA'];
  const index = commands.findIndex((command, position) => command !== 'a copy' && /^[45]\d\d/.test(replies[position] ?? ''));
  const response = replies[index];
  if (response === undefined) return undefined;
  const error = new Error(`It was refused: ${response}`);
  return Object.assign(error, { code: 'EENVELOPE', command: commands[index], response, responseCode: Number(response.slice(0, 3)) });
}
