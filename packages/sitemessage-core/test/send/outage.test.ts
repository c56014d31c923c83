import { expect, it } from 'vitest';
import { createEvents, type SitemessageEvent } from '../../src/events.ts';
import { createOutage } from '../../src/send/outage.ts';
import { fakeRuntime } from '../../src/testing/index.ts';

it('an outage ends although somebody who met it was stopped meanwhile', async () => {
  const runtime = fakeRuntime();
  const events = createEvents();
  const told: SitemessageEvent['type'][] = [];
  events.on(({ type }) => told.push(type));
  const outage = createOutage(events, runtime);
  const [stopped, working] = [{}, {}];
  outage.failed(stopped, new Error('away'));
  outage.failed(working, new Error('away'));
  outage.worked(working);
  expect(told).toEqual(['storage_failed']);
  await runtime.advance(61_000);
  outage.worked(working);
  expect(told).toEqual(['storage_failed', 'storage_recovered']);
  outage.failed(working, new Error('away again'));
  outage.worked(working);
  expect(told).toHaveLength(4);
});
