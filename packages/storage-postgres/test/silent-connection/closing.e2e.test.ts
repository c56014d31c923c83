import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startPostgres } from '@sitemessage/test-support/postgres';
import { expect, it, onTestFinished } from 'vitest';
import { startForwarder } from '../forwarder.ts';
import type { Closed } from './closing.ts';

it.each([
  ['without a statement', 'no', []],
  ['while statements wait for answers', 'yes', ['storage_closed', 'storage_closed']],
])('a process on silent connections closes its storage within 2 s and ends by itself: %s', async (_, asks, answers) => {
  const server = await startPostgres();
  const forwarder = await startForwarder(server.connectionString);
  const child = fork(join(import.meta.dirname, 'closing.ts'), [forwarder.connectionString, 'silence', asks]);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await forwarder.close();
    await server.close();
  });
  const signal = AbortSignal.timeout(30_000);
  await once(child, 'message', { signal });
  forwarder.dropPackets();
  const dropped = asks === 'yes' ? forwarder.dropped() : undefined;
  child.send('ask');
  await dropped;
  child.send('close');
  const told = once(child, 'message', { signal });
  const ended = once(child, 'exit', { signal });
  const [closed] = (await told) as [Closed];
  expect(closed.answers).toEqual(answers);
  expect(closed.ms).toBeGreaterThan(1_900);
  expect(closed.ms).toBeLessThan(5_000);
  const start = performance.now();
  expect(await ended).toEqual([0, null]);
  expect(performance.now() - start).toBeLessThan(5_000);
});
