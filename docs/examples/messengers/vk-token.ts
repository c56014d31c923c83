import { getAccessTokenUrl } from '@sitemessage/messenger-vk';

process.stdout.write(`${getAccessTokenUrl({ clientId: 7654321 })}\n`);
