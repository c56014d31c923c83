import { getEventListeners } from 'node:events';
import { Agent } from 'node:http';
import { rejection } from '@sitemessage/test-support';
import { expect, it } from 'vitest';
import { exchange } from '../src/request.ts';
import { startProvider } from './provider.ts';

it('a finished request leaves no listener on its signal', async () => {
  await using provider = await startProvider((response, { url }) => (url === '/ok' ? response.end() : response.destroy()));
  const agent = new Agent({ keepAlive: true });
  const { signal } = new AbortController();
  const send = (path: string) =>
    exchange(new URL(path, provider.url), { method: 'GET', headers: {}, body: undefined, agent, timeoutMs: 5_000, signals: [signal] });
  expect(await send('/ok')).toMatchObject({ status: 200 });
  await rejection(send('/broken'));
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  agent.destroy();
});
