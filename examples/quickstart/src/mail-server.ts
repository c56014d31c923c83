import { mkdir } from 'node:fs/promises';
import type { SmtpOptions } from '@sitemessage/messenger-smtp';
import type { Inbox } from '@sitemessage/sandbox';
import { realServer } from './real-server.ts';
import type { Person } from './recipients.ts';
import { sandboxServer } from './sandbox-server.ts';

/** Where the mails go. */
export interface MailServer {
  /** For people. */
  readonly title: string;
  /** For the messenger. */
  readonly options: SmtpOptions;
  /** Who may get mail through it. */
  readonly people: readonly Person[];
  /** What belongs to it. Each server has a folder of its own, so that no retry goes out through another one. */
  readonly folder: string;
  /** What it took in this run. A real server keeps that to itself. */
  readonly inbox?: Inbox;
  close(): Promise<void>;
}

/** A sandbox in this process; or, with SMTP_URL, the server that it names. */
export async function openMailServer(people: readonly Person[], output: string): Promise<MailServer> {
  const { SMTP_URL: url } = process.env;
  const mailServer = url ? realServer(url, people, output) : await sandboxServer(people, output);
  await mkdir(mailServer.folder, { recursive: true });
  return mailServer;
}
