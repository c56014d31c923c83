import { mkdir } from 'node:fs/promises';
import type { SmtpOptions } from '@sitemessage/messenger-smtp';
import type { Inbox } from '@sitemessage/sandbox';
import { realServer } from './real-server.ts';
import type { Person } from './recipients.ts';
import { sandboxServer } from './sandbox-server.ts';

/** The server that gets the mails. */
export interface MailServer {
  /** Its name on the screen. */
  readonly title: string;
  /** The options of the messenger. */
  readonly options: SmtpOptions;
  /** The people who get mail through it. */
  readonly people: readonly Person[];
  /** The folder of its files. Each server has another one, so no retry goes out through the wrong server. */
  readonly folder: string;
  /** The mails of this run. Undefined for a real server. */
  readonly inbox?: Inbox;
  close(): Promise<void>;
}

/** Opens the server in `SMTP_URL`, or else a sandbox in this process. */
export async function openMailServer(people: readonly Person[], output: string): Promise<MailServer> {
  const { SMTP_URL: url } = process.env;
  const mailServer = url ? realServer(url, people, output) : await sandboxServer(people, output);
  await mkdir(mailServer.folder, { recursive: true });
  return mailServer;
}
