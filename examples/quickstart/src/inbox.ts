import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Inbox } from '@sitemessage/sandbox';

/** Keeps every mail as a file that a mail program opens. */
export async function saveInbox(inbox: Inbox, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { address, html, raw } of inbox) {
    const kind = html === undefined ? 'text' : 'html';
    await writeFile(join(folder, `${address} ${kind}.eml`), raw, 'latin1');
  }
}
