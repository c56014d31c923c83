import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { runProgram, startProgram } from '../src/servers/program.ts';

const common = { name: 'Example', user: undefined, folder: tmpdir() };
const script = (code: string) => ({ ...common, command: process.execPath, parameters: ['-e', code] });
const says = (words: string) => script(`process.stderr.write(${JSON.stringify(words)}); process.exitCode = 1`);
const never = () => new Promise<never>(() => undefined);

describe('a program that cannot start says why in one line', () => {
  it.each([
    ['the last line that names a fault', 'starting\nfatal: no port\nhint: look\n', 'Example cannot start: fatal: no port'],
    ['the last line, where none does', 'one\n  two  \n\n', 'Example cannot start: two'],
    ['that it says nothing', '', 'Example cannot start: it says nothing'],
  ])('%s', async (_, words, message) => {
    await expect(startProgram(says(words), never)).rejects.toThrow(expect.objectContaining({ message }));
  });

  it('when it runs to its end', async () => {
    await expect(runProgram(says('error: folder is not empty\n'))).rejects.toThrow('Example cannot start: error: folder is not empty');
  });

  it('when it cannot be run at all', async () => {
    const missing = { ...common, command: '/nowhere/program', parameters: [] };
    const message = 'Example cannot start: spawn /nowhere/program ENOENT';
    await expect(startProgram(missing, never)).rejects.toThrow(expect.objectContaining({ message }));
    await expect(runProgram(missing)).rejects.toThrow(expect.objectContaining({ message }));
  });
});

it('a program that has started runs until it is stopped', async () => {
  const program = script("process.stderr.write('ready'); setInterval(() => undefined, 1_000)");
  const running = await startProgram(program, (stderr) => once(stderr, 'data'));
  await running.stop('SIGTERM');
  await running.ended;
});
