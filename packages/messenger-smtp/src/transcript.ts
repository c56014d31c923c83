import type { Socket } from 'node:net';

/** More bytes than all replies to one mail have. */
const longestTranscript = 256 * 1024;

/**
 * Keeps the replies of a server, beside nodemailer. nodemailer reads one reply in a turn, and forgets the
 * others when the connection breaks. With pipelining (RFC 2920), a server may refuse a recipient, hang up,
 * and reset the connection because of the commands that follow.
 */
export class Transcript {
  readonly #chunks: Buffer[] = [];
  #length = 0;
  readonly #socket: Socket;
  readonly #listen = (chunk: Buffer): void => {
    this.#length += chunk.length;
    if (this.#length <= longestTranscript) this.#chunks.push(chunk);
  };

  /** Begins to listen. */
  constructor(socket: Socket) {
    this.#socket = socket.on('data', this.#listen);
  }

  stop(): void {
    this.#socket.off('data', this.#listen);
  }

  /** Returns the replies that have ended. Line feeds join the lines of a reply. */
  replies(): readonly string[] {
    const lines = Buffer.concat(this.#chunks).toString().split(/\r?\n/);
    // The last line has not ended.
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
 * Returns the refusal of a mail for this recipient, as an error like nodemailer's. Undefined while there is
 * none. It is a reply to MAIL, to their RCPT, or to DATA, in this order (RFC 2920, 3.2).
 */
export function refusalIn(replies: readonly string[], recipients: readonly string[], recipient: string): Error | undefined {
  const commands = ['MAIL FROM', ...recipients.map((to) => (to === recipient ? 'RCPT TO' : 'a copy')), 'DATA'];
  const index = commands.findIndex((command, position) => command !== 'a copy' && /^[45]\d\d/.test(replies[position] ?? ''));
  const response = replies[index];
  if (response === undefined) return undefined;
  const error = new Error(`It was refused: ${response}`);
  return Object.assign(error, { code: 'EENVELOPE', command: commands[index], response, responseCode: Number(response.slice(0, 3)) });
}
