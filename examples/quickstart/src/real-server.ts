import { join } from 'node:path';
import type { MailServer } from './mail-server.ts';
import type { Person } from './recipients.ts';
import { quit } from './terminal.ts';

/**
 * The server that SMTP_URL names. Nobody in recipients.csv exists, so a server that would really deliver gets mail for the addresses in
 * SMTP_TO, each in the place of one person; one on this machine, such as a mail catcher, gets it for everybody.
 */
export function realServer(url: string, people: readonly Person[], output: string): MailServer {
  const server = URL.parse(url);
  if (!server) return quit('SMTP_URL must look like smtp://user:password@host:587.');
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(server.hostname);
  const addresses = (process.env.SMTP_TO ?? '').split(',').flatMap((address) => address.trim() || []);
  if (!isHere && addresses.length === 0) {
    return quit(
      'SMTP_URL names a server that would really deliver: set SMTP_TO to your own address, or to several, with commas between them.',
    );
  }
  return {
    title: `${server.host}${addresses.length > 0 ? `; mail goes to ${addresses.join(', ')} and to nobody else` : ''}`,
    options: {
      url,
      from: process.env.SMTP_FROM ?? addresses[0] ?? 'Paperboat <hello@paperboat.example.com>',
      // Mail catchers hardly ever have a certificate, and without a login there is nothing to steal.
      ...(isHere && server.username === '' && { tls: 'none' }),
    },
    people:
      addresses.length > 0
        ? people.slice(0, addresses.length).map((person, index) => ({ ...person, email: addresses[index] as string }))
        : people,
    folder: join(
      output,
      [server.hostname, server.port, ...addresses]
        .join(' ')
        .replace(/[^\w.@ -]/g, '_')
        .trim(),
    ),
    close: async () => undefined,
  };
}
