import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { run } from './run.ts';

const node = process.execPath;
const cwd = import.meta.dirname;

/**
 * Returns a program whose child keeps its output open. So its end is seen only after the end of the child,
 * which makes the file.
 */
const withChild = (file: string): readonly string[] => {
  const child = `require('node:fs').writeFileSync(${JSON.stringify(file)}, ''); setInterval(() => {}, 1000);`;
  const started = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });`;
  return ['-e', `${started} setInterval(() => {}, 1000);`];
};

async function newFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-run-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'started');
}

describe('a program', () => {
  it('returns its output', async () => {
    expect(await run(node, ['-e', 'console.log("well")'], { cwd })).toBe('well\n');
  });

  it('that fails throws its exit code and all its output', async () => {
    const failing = run(node, ['-e', 'console.log("one"); console.error("two"); process.exitCode = 3'], { cwd });
    await expect(failing).rejects.toThrow(/ended with 3, in .*:\none\ntwo$/s);
  });

  it('that does not exist throws', async () => {
    await expect(run('no-such-program', [], { cwd })).rejects.toThrow(/no-such-program/);
  });

  it('is killed with all that it started when it is aborted', async () => {
    const file = await newFile();
    const stop = new AbortController();
    const running = run(node, withChild(file), { cwd, signal: stop.signal });
    const refused = expect(running).rejects.toThrow('enough');
    await vi.waitUntil(() => existsSync(file), 10_000);
    stop.abort(new Error('enough'));
    await refused;
  });

  it('is killed with all that it started when it takes too long', async () => {
    await expect(run(node, withChild(await newFile()), { cwd, limitMs: 2_000 })).rejects.toThrow('took more than 2 s');
  });

  it('is not started when the signal is aborted already', async () => {
    const file = await newFile();
    const late = run(node, ['-e', `require('node:fs').writeFileSync(${JSON.stringify(file)}, '')`], { cwd, signal: AbortSignal.abort() });
    await expect(late).rejects.toThrow();
    expect(existsSync(file)).toBe(false);
  });
});
