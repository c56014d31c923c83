import assert from 'node:assert/strict';
import { createSitemessage, emailHtml, html } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { smtp } from '@sitemessage/messenger-smtp';
import { startSandbox } from '@sitemessage/sandbox';

const sandbox = await startSandbox({ protocols: ['smtp'] });
const site = createSitemessage({
  storage: memoryStorage(),
  messengers: [smtp(sandbox.smtp.options)],
});

await site.scheduleMessages(
  emailHtml({ subject: 'Welcome', html: html`<p>Hello</p>` }),
  site.recipients('smtp', 'ann@example.com'),
);
const report = await site.sendScheduledMessages();

assert.equal(report.sent, 1);
assert.equal(sandbox.inbox.to('ann@example.com')[0]?.subject, 'Welcome');
await site.close();
await sandbox.close();
