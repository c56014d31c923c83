import { getChatIds, getMe } from '@sitemessage/messenger-telegram';

const credentials = { token: process.env.TELEGRAM_TOKEN ?? '' };
const { username } = await getMe(credentials); // throws when the token is wrong
const ids = await getChatIds(credentials); // who pressed Start since last time
process.stdout.write(`@${username} may write to ${ids.join(', ')}\n`);
