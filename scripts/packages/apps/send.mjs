import { createSitemessage } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { startSandbox } from '@sitemessage/sandbox';
import { sqliteStorage } from '@sitemessage/storage-sqlite';
import '@sitemessage/messenger-fb';
import '@sitemessage/messenger-smtp';
import '@sitemessage/messenger-telegram';
import '@sitemessage/messenger-twitter';
import '@sitemessage/messenger-vk';
import '@sitemessage/messenger-xmpp';
import { sendThroughEach } from './through-each.mjs';

await sendThroughEach({ createSitemessage, memoryStorage, sqliteStorage, startSandbox });
