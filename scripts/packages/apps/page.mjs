import { refusal } from '@example/messenger-pager';
import { createSitemessage, errorKind, PermanentError } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';

const site = createSitemessage({ storage: memoryStorage(), messengers: { pager: {} } });
await site.scheduleMessages('Hello', site.recipients('pager', ['ann', 'nobody']));
const { sent, failed } = await site.sendScheduledMessages();
const badAddress = await site.scheduleMessages('Hello', site.recipients('pager', '')).catch(errorKind);
await site.close();

process.stdout.write(
  JSON.stringify({ sent, failed, badAddress, refusal: errorKind(refusal), isSameClass: refusal instanceof PermanentError }),
);
