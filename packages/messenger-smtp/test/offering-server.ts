import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** A server that takes every mail, and offers only some extensions. */
export interface OfferingServer extends AsyncDisposable {
  readonly port: number;
  /** Returns the lines of its clients, without those of a mail. */
  commands(): readonly string[];
  /** Returns the mails that it took. */
  mails(): readonly string[];
}

export async function startOfferingServer(...offered: readonly string[]): Promise<OfferingServer> {
  const commands: string[] = [];
  const mails: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    let mail: string[] | undefined;
    const answer = (line: string): string => {
      if (mail && line !== '.') {
        mail.push(line);
        return '';
      }
      if (mail) {
        mails.push(mail.join('\r\n'));
        mail = undefined;
        return '250 2.0.0 OK\r\n';
      }
      commands.push(line);
      if (line.startsWith('EHLO')) return `${['250-example.com', ...offered.map((name) => `250-${name}`), '250 HELP'].join('\r\n')}\r\n`;
      if (line === 'QUIT') return '221 2.0.0 Bye\r\n';
      if (line !== 'DATA') return '250 2.0.0 OK\r\n';
      mail = [];
      return '354 Go ahead\r\n';
    };
    socket.write('220 example.com ESMTP\r\n');
    createInterface(socket).on('line', (line) => socket.write(answer(line)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    commands: () => commands,
    mails: () => mails,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}
