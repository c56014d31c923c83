import { site } from './site.ts';

const { MY_EMAIL: email = '', MY_CHAT: chat = '' } = process.env;

await site.sendTestMessage('smtp', email);
await site.sendTestMessage('telegram', Number(chat));
console.log('Both have been taken.');
await site.close();
