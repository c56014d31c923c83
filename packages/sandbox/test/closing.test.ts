import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../src/index.ts';

it('a process ends once its sandbox is closed, even with clients that are waiting', async () => {
  const child = fork(new URL('./process-with-sandbox.ts', import.meta.url), { execPath: process.execPath, execArgv: [] });
  onTestFinished(() => void child.kill('SIGKILL'));
  expect(await once(child, 'message')).toEqual(['closed', undefined]);
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('a sandbox can be closed twice', async () => {
  const sandbox = await startSandbox();
  await sandbox.close();
  await expect(sandbox.close()).resolves.toBeUndefined();
});

it('closing ends a wait for a message with an error', async () => {
  const sandbox = await startSandbox();
  const waiting = expect(sandbox.inbox.waitFor(1)).rejects.toThrow('The inbox got no 1 messages before the sandbox was closed');
  await sandbox.close();
  await waiting;
});

it('a wait for a message after closing ends at once', async () => {
  const sandbox = await startSandbox();
  await sandbox.close();
  await expect(sandbox.inbox.waitFor(1, { timeoutMs: 60_000 })).rejects.toThrow(
    'The inbox got no 1 messages before the sandbox was closed',
  );
});

it('closing disconnects a client that got no answer', async () => {
  const sandbox = await startSandbox();
  sandbox.smtp.fail({ at: 'connect', silent: true });
  const socket = connect(sandbox.smtp.ports.plain, '127.0.0.1');
  socket.resume();
  await expect.poll(() => sandbox.smtp.emulator.connections()).toBe(1);
  const ended = once(socket, 'close');
  await sandbox.close();
  await ended;
  expect(sandbox.smtp.emulator.connections()).toBe(0);
});
