import { join } from 'node:path';
import type { MailServer } from './mail-server.ts';
import type { Person } from './recipients.ts';
import { quit } from './terminal.ts';

/**
 * Returns the server in `SMTP_URL`. The people in recipients.csv do not exist, so a server that really
 * delivers gets mail for the addresses in `SMTP_TO` only, one for each person. A server on this machine, such
 * as a mail catcher, gets the mail of all people.
 */
export function realServer(url: string, people: readonly Person[], output: string): MailServer {
  const server = URL.parse(url);
  if (!server) return quit('SMTP_URL must look like smtp://user:password@host:587.');
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(server.hostname);
  const addresses = (process.env.SMTP_TO ?? '').split(',').flatMap((address) => address.trim() || []);
  if (!isHere && addresses.length === 0) {
    return quit('SMTP_URL names a server that really delivers. Set SMTP_TO to your own address, or to several with commas between them.');
  }
  return {
    title: `${server.host}${addresses.length > 0 ? `; mail goes only to ${addresses.join(', ')}` : ''}`,
    options: {
      url,
      from: process.env.SMTP_FROM ?? addresses[0] ?? 'Paperboat <hello@paperboat.example.com>',
      // Mail catchers rarely have a certificate, and without a login there is no password to protect.
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
