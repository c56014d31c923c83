import assert from 'node:assert/strict';
import { createSitemessage } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { telegram } from '@sitemessage/messenger-telegram';
import { startSandbox } from '@sitemessage/sandbox';

const sandbox = await startSandbox({ protocols: ['telegram'] });
const site = createSitemessage({
  storage: memoryStorage(),
  messengers: [telegram(sandbox.telegram.options)],
});

await site.scheduleMessages('Hi there!', site.recipients('telegram', 12345678));
const report = await site.sendScheduledMessages();

assert.equal(report.sent, 1);
assert.equal(sandbox.inbox.to('12345678')[0]?.text, 'Hi there!');
await site.close();
await sandbox.close();
