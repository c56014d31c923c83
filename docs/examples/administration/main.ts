import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createSitemessage } from '@sitemessage/core';
import { sqliteStorage } from '@sitemessage/storage-sqlite';
import { createAdministration } from './page.ts';

const port = Number(process.env.PORT ?? 8081);
const site = createSitemessage({
  storage: sqliteStorage({ path: 'messages.db' }),
});

/** Refuses other host names, so that no web site can point its name here. */
const isLocal = ({ url }: Request): boolean =>
  new URL(url).hostname === '127.0.0.1';

const server = createServer(
  getRequestListener(createAdministration(site, isLocal)),
);
server.listen(port, '127.0.0.1', () => console.log('The page is ready.'));
process.once('SIGTERM', async () => {
  server.close();
  server.closeAllConnections();
  await site.close();
});
