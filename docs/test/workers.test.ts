import { createSitemessage, defineMessenger, TransientError } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { startSandbox } from '@sitemessage/sandbox';
import { expect, it, onTestFinished } from 'vitest';
import { count, metrics } from '../examples/workers/metrics.ts';
import { newFolder } from './run.ts';

it('sends by cron', async () => {
  const sandbox = await startSandbox({ protocols: ['smtp'] });
  onTestFinished(() => sandbox.close());
  const { run } = await newFolder(sandbox.smtp.options.ca);
  const printed = await run('workers/cron.ts', { SMTP_URL: sandbox.smtp.url });
  expect(JSON.parse(printed)).toEqual({ sent: 0, error: 0, failed: 0, paused: {} });
});

it('counts for Prometheus', async () => {
  const picky = defineMessenger({
    alias: 'picky',
    package: 'docs',
    title: 'Picky',
    getAddress: (given: string) => given,
    create: () => ({
      async send({ address }) {
        if (address === 'bob') throw new TransientError('not now');
        return {};
      },
    }),
  });
  const site = createSitemessage({ storage: memoryStorage(), messengers: [picky()] });
  site.onEvent(count);
  await site.scheduleMessages('Hi', site.recipients('picky', ['ann', 'bob', 'carl']));
  await site.sendScheduledMessages();
  await site.close();
  expect(metrics().trim().split('\n').sort()).toEqual([
    'sitemessage_dispatches_total{messenger="picky",result="error"} 1',
    'sitemessage_dispatches_total{messenger="picky",result="sent"} 2',
  ]);
});
