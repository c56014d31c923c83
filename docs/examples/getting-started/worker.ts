import { site } from './site.ts';

site.onEvent((event) => {
  if (event.type === 'sent')
    console.log(
      `${event.dispatch.messenger} sent to ${event.dispatch.address}`,
    );
  if (event.type === 'failed' || event.type === 'paused')
    console.error(event.type, event.error.code, event.error.message);
});

const worker = site.startWorker({ handleSignals: true });
await worker.stopped;
await site.close();
