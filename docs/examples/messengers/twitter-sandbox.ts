import assert from 'node:assert/strict';
import { createSitemessage } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { twitter } from '@sitemessage/messenger-twitter';
import { startSandbox } from '@sitemessage/sandbox';

const sandbox = await startSandbox({ protocols: ['twitter'] });
const site = createSitemessage({
  storage: memoryStorage(),
  messengers: [twitter(sandbox.twitter.options)],
});

await site.scheduleMessages(
  'We are open on Sunday.',
  site.recipients('twitter', ''),
);
const report = await site.sendScheduledMessages();

assert.equal(report.sent, 1);
assert.equal(sandbox.inbox.to('')[0]?.text, 'We are open on Sunday.');
await site.close();
await sandbox.close();
