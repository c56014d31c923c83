import assert from 'node:assert/strict';
import { createSitemessage } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { vk } from '@sitemessage/messenger-vk';
import { startSandbox } from '@sitemessage/sandbox';

const sandbox = await startSandbox({ protocols: ['vk'] });
const site = createSitemessage({
  storage: memoryStorage(),
  messengers: [vk(sandbox.vk.options)],
});

// A user's wall, a community's wall, a private message.
await site.scheduleMessages(
  'Hi there!',
  site.recipients('vk', [12345, -12345, { peer: 12345 }]),
);
const report = await site.sendScheduledMessages();

assert.equal(report.sent, 3);
assert.equal(sandbox.inbox.to('peer:12345')[0]?.text, 'Hi there!');
await site.close();
await sandbox.close();
