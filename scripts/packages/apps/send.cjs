const { createSitemessage } = require('@sitemessage/core');
const { memoryStorage } = require('@sitemessage/core/memory');
const { startSandbox } = require('@sitemessage/sandbox');
const { sqliteStorage } = require('@sitemessage/storage-sqlite');
require('@sitemessage/messenger-fb');
require('@sitemessage/messenger-smtp');
require('@sitemessage/messenger-telegram');
require('@sitemessage/messenger-twitter');
require('@sitemessage/messenger-vk');
require('@sitemessage/messenger-xmpp');
const { sendThroughEach } = require('./through-each.mjs');

sendThroughEach({ createSitemessage, memoryStorage, sqliteStorage, startSandbox });
