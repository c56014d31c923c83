import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startSandbox } from '@sitemessage/sandbox';
import type { MailServer } from './mail-server.ts';
import type { Person } from './recipients.ts';

const noSuchUser = '550 5.1.1 No such user here';
const closed = '550 5.2.1 This mailbox is closed';
const greylisted = '451 4.7.1 Greylisted, come back in 30 seconds';

/** The replies of the server to some addresses. Every list of 500 has a few that fail. */
const replies: Readonly<Record<string, string>> = {
  'edgars.kalnins@example.org': noSuchUser,
  'makena.ochieng@example.org': greylisted,
  'rabia.malik@example.com': noSuchUser,
  'zhao.lei@example.org': greylisted,
  'hamish.fairweather@example.com': closed,
  'yatzil.quispe@example.com': noSuchUser,
  'somchai.srisuk@example.org': greylisted,
};

export async function sandboxServer(people: readonly Person[], output: string): Promise<MailServer> {
  const folder = join(output, 'sandbox');
  // A greylisting server defers a first try and accepts a second one. The sandbox forgets first tries when
  // the process ends.
  const isFirstRun = !existsSync(folder);
  const sandbox = await startSandbox({ protocols: ['smtp'] });
  for (const [to, reply] of Object.entries(replies)) {
    if (reply !== greylisted || isFirstRun) sandbox.smtp.fail({ at: 'rcpt', to, reply, times: Number.POSITIVE_INFINITY });
  }
  return {
    title: 'a sandbox inside this process; nothing leaves your machine',
    options: { ...sandbox.smtp.options, from: 'Paperboat <hello@paperboat.example.com>' },
    people,
    folder,
    inbox: sandbox.inbox,
    close: sandbox.close,
  };
}
