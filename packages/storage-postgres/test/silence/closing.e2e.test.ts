import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startPostgres } from '@sitemessage/test-support/postgres';
import { expect, it, onTestFinished } from 'vitest';
import { startForwarder } from '../forwarder.ts';
import type { Closed } from './closing.ts';

it.each([
  ['nobody has asked anything', 'no', []],
  ['somebody waits for an answer', 'yes', ['storage_closed', 'storage_closed']],
])('on silent lines a process ends by itself when it has closed its storage within 2 s: %s', async (_, asks, answers) => {
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
  forwarder.goSilent();
  const lost = asks === 'yes' ? forwarder.lost() : undefined;
  child.send('ask');
  await lost;
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
