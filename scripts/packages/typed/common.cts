import core = require('@sitemessage/core');
import memory = require('@sitemessage/core/memory');
import telegram = require('@sitemessage/messenger-telegram');

export const site = core.createSitemessage({ storage: memory.memoryStorage(), messengers: [telegram.telegram({ token: '1:token' })] });
export const ann = site.recipients('telegram', 12345);
// @ts-expect-error: a name is no address of a Telegram user
export const refused = () => site.recipients('telegram', 'ann');
