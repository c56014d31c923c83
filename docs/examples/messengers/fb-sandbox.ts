import assert from 'node:assert/strict';
import { createSitemessage } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { fb } from '@sitemessage/messenger-fb';
import { startSandbox } from '@sitemessage/sandbox';

const sandbox = await startSandbox({ protocols: ['fb'] });
const site = createSitemessage({
  storage: memoryStorage(),
  messengers: [fb(sandbox.fb.options)],
});

await site.scheduleMessages(
  'We are open on Sunday.',
  site.recipients('fb', ''),
);
const report = await site.sendScheduledMessages();

assert.equal(report.sent, 1);
assert.equal(
  sandbox.inbox.to(sandbox.fb.pages.own)[0]?.text,
  'We are open on Sunday.',
);
await site.close();
await sandbox.close();
