import { createServer } from 'node:http';
import { createSitemessage } from '@sitemessage/core';
import { smtp } from '@sitemessage/messenger-smtp';
import { sqliteStorage } from '@sitemessage/storage-sqlite';

const site = createSitemessage({
  storage: sqliteStorage({ path: 'messages.db' }),
  messengers: [
    smtp({
      url: process.env.SMTP_URL ?? 'smtp://localhost:587',
      from: 'shop@example.com',
    }),
  ],
});
site.onEvent((event) => {
  if (
    ['failed', 'paused', 'resumed', 'storage_failed', 'untouched'].includes(
      event.type,
    )
  )
    console.error(JSON.stringify(event));
});

const worker = site.startWorker({ handleSignals: true });

const status = createServer((_, response) => {
  const health = worker.health();
  const isWell =
    health.state === 'running' && health.storage.state !== 'failing';
  response
    .writeHead(isWell ? 200 : 503, { 'content-type': 'application/json' })
    .end(JSON.stringify(health));
});
status.listen(Number(process.env.PORT ?? 8080), () =>
  console.log(`Health at port ${(status.address() as { port: number }).port}`),
);

await worker.stopped;
status.close();
status.closeAllConnections();
await site.close();
