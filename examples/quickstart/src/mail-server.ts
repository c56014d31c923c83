import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SmtpOptions } from '@sitemessage/messenger-smtp';
import { type Inbox, startSandbox } from '@sitemessage/sandbox';
import type { Person } from './recipients.ts';
import { quit } from './terminal.ts';

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

const noSuchUser = '550 5.1.1 No such user here';
const closed = '550 5.2.1 This mailbox is closed';
const greylisted = '451 4.7.1 Greylisted, come back in 30 seconds';

/** What goes wrong in the sandbox, as it does in every list of 500 addresses. */
const replies: Readonly<Record<string, string>> = {
  'edgars.kalnins@example.org': noSuchUser,
  'makena.ochieng@example.org': greylisted,
  'rabia.malik@example.com': noSuchUser,
  'zhao.lei@example.org': greylisted,
  'hamish.fairweather@example.com': closed,
  'yatzil.quispe@example.com': noSuchUser,
  'somchai.srisuk@example.org': greylisted,
};

async function sandboxServer(people: readonly Person[], output: string): Promise<MailServer> {
  const folder = join(output, 'sandbox');
  // A greylisting server turns strangers away, and lets in who comes back. A sandbox forgets them when its process ends.
  const isFirstRun = !existsSync(folder);
  const sandbox = await startSandbox({ protocols: ['smtp'] });
  for (const [to, reply] of Object.entries(replies)) {
    if (reply !== greylisted || isFirstRun) sandbox.smtp.fail({ at: 'rcpt', to, reply, times: Number.POSITIVE_INFINITY });
  }
  return {
    title: 'a sandbox inside of this process; nothing leaves your machine',
    options: { ...sandbox.smtp.options, from: 'Paperboat <hello@paperboat.example.com>' },
    people,
    folder,
    inbox: sandbox.inbox,
    close: sandbox.close,
  };
}

/** Nobody in recipients.csv gets mail through a real server: the addresses in SMTP_TO do, each in the place of one person. */
function realServer(url: string, people: readonly Person[], output: string): MailServer {
  const addresses = (process.env.SMTP_TO ?? '')
    .split(',')
    .map((address) => address.trim())
    .filter(Boolean);
  const [sender] = addresses;
  if (!sender)
    quit('SMTP_URL is set, so mail would really go out: set SMTP_TO to your own address, or to several, with commas between them.');
  if (!URL.canParse(url)) quit('SMTP_URL must look like smtp://user:password@host:587.');
  const { host, hostname } = new URL(url);
  return {
    title: `${host}; mail goes to ${addresses.join(', ')} and to nobody else`,
    options: {
      url,
      from: process.env.SMTP_FROM || sender,
      // Test servers on this machine hardly ever have a certificate.
      ...(['localhost', '127.0.0.1', '[::1]'].includes(hostname) && { tls: 'none' }),
    },
    people: people.slice(0, addresses.length).map((person, index) => ({ ...person, email: addresses[index] as string })),
    folder: join(output, addresses.join(' ')),
    close: async () => undefined,
  };
}
