import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyFolder } from './folder.ts';

const bin = join(import.meta.dirname, '..', 'src', 'bin.ts');

// Only Linux has a file that is always full.
it.skipIf(!existsSync('/dev/full'))('output to a full disk does not turn a success into a failure', async () => {
  const place = emptyFolder();
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [bin, 'pigeon'], { cwd: place, stdio: ['ignore', full, full] });
  closeSync(full);
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  expect(existsSync(join(place, 'pigeon', 'package.json'))).toBe(true);
});

it('output without a reader does not turn a success into a failure', async () => {
  const place = emptyFolder();
  const child = spawn(process.execPath, [bin, 'pigeon'], { cwd: place, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaints += chunk;
  });
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  expect(complaints).toBe('');
  expect(existsSync(join(place, 'pigeon', 'package.json'))).toBe(true);
});
