import { getPageAccessTokens } from '@sitemessage/messenger-fb';

const pages = await getPageAccessTokens({
  appId: '700000000000001',
  appSecret: process.env.FB_APP_SECRET ?? '',
  userToken: process.env.FB_USER_TOKEN ?? '',
});
for (const { id, name, tasks } of pages)
  process.stdout.write(`${id} ${name}: ${tasks.join(', ')}\n`);
