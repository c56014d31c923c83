import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Inbox } from '@sitemessage/sandbox';
import type { MailServer } from './mail-server.ts';
import { label, print } from './terminal.ts';

/** Prints the paths of the database and the mails. */
export async function showFiles({ folder, inbox }: MailServer): Promise<void> {
  const path = (file: string): string => relative('', join(folder, file));
  print('', label('Database', path('messages.db')));
  if (!inbox) return;
  await saveMails(inbox, join(folder, 'inbox'));
  print(label('Mails', `${path('inbox')}, as files for a mail program`));
}

async function saveMails(inbox: Inbox, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { address, html, raw } of inbox) {
    const kind = html === undefined ? 'text' : 'html';
    await writeFile(join(folder, `${address} ${kind}.eml`), raw, 'latin1');
  }
}
