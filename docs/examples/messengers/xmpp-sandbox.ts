import assert from 'node:assert/strict';
import { createSitemessage } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { xmpp } from '@sitemessage/messenger-xmpp';
import { startSandbox } from '@sitemessage/sandbox';

const sandbox = await startSandbox({ protocols: ['xmpp'] });
const site = createSitemessage({
  storage: memoryStorage(),
  messengers: [xmpp(sandbox.xmpp.options)],
});

await site.scheduleMessages(
  'Hi there!',
  site.recipients('xmpp', 'ann@example.org'),
);
const report = await site.sendScheduledMessages();

assert.equal(report.sent, 1);
assert.equal(sandbox.inbox.to('ann@example.org')[0]?.text, 'Hi there!');
await site.close();
await sandbox.close();
