import { join, resolve } from 'node:path';
import { createSitemessage } from '@sitemessage/core';
import { smtp } from '@sitemessage/messenger-smtp';
import { sqliteStorage } from '@sitemessage/storage-sqlite';
import { showFiles } from './files.ts';
import { openMailServer } from './mail-server.ts';
import { saturdayNight, sharedFolders } from './messages.ts';
import { startProgress } from './progress.ts';
import { showMails } from './reader.ts';
import { type Person, people } from './recipients.ts';
import { showReport, showScheduled, showServer } from './report.ts';

const output = resolve(process.argv[2] ?? join(import.meta.dirname, '../output'));

// Mail goes to the server in SMTP_URL, or else into a sandbox in this process.
const mailServer = await openMailServer(people, output);
showServer(mailServer);

// A site has a storage, messengers and message types.
const site = createSitemessage({
  storage: sqliteStorage({ path: join(mailServer.folder, 'messages.db') }),
  messengers: [smtp(mailServer.options)],
  messageTypes: [sharedFolders],
  // Recipients may be your own objects. These functions return their address and their id.
  addressOf: (person: Person) => person.email,
  userId: (person) => person.id,
});

// Scheduling stores all messages or none. With a key it is safe to repeat: the next run finds the key and
// stores nothing.
const scheduled = await site.scheduleMessages(
  [sharedFolders({ link: 'https://paperboat.example.com/folders' }), saturdayNight],
  site.recipients('smtp', mailServer.people),
  { key: 'november-news' },
);
showScheduled(scheduled);

// Sending takes all dispatches that are due. A later run tries deferred mails again.
const progress = await startProgress(site);
const result = await site.sendScheduledMessages();
progress.stop();

await showReport(site, result);
showMails(mailServer.inbox?.to('bobby.tables@example.com') ?? []);
await showFiles(mailServer);

await site.close();
await mailServer.close();
