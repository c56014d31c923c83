import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DemoRun, runDemo } from './run-demo.ts';

let output: string;
let first: DemoRun;
let second: DemoRun;
beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), 'sitemessage-'));
  first = await runDemo(output, { FORCE_COLOR: '1' });
  second = await runDemo(output);
}, 60_000);
afterAll(() => rm(output, { recursive: true }));

/** Returns the figures in a message type's row. */
const numbersOf = (stdout: string, type: string): readonly number[] =>
  (new RegExp(`${type}((?: +\\d+)+)\\n`).exec(stdout)?.[1] ?? '').trim().split(/ +/).map(Number);

test('a run sends all it can, and reports failed and deferred mails with their reasons', () => {
  const { code, stdout, stderr } = first;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/Scheduled +1,000 mails/);
  for (const type of ['shared_folders', 'email_plain']) {
    const [sent, later, failed = 0, skipped = 0] = numbersOf(stdout, type);
    expect({ sent, later, neither: failed + skipped }).toEqual({ sent: 493, later: 3, neither: 4 });
  }
  expect(stdout).toMatch(/Will be tried again\n.*451 4\.7\.1 Greylisted.*\n(?: +- .+2 mails +at \d\d:\d\d:\d\d\n){3}/);
  // Each of them has two mails. The second one fails too, or is skipped.
  expect(stdout).toMatch(/Failed for good\n.*550 5\.1\.1 No such user here.*\n(?: +- .+[12] mails?\n){3}/);
});

test('two mails are shown as a reader sees them, and all are saved as files', async () => {
  expect(first.stdout).toContain('Subject  Share a folder in Ålesund\n\n  Hello Bobby </p> Tables,');
  expect(first.stdout).toContain('Subject  Paperboat rests on Saturday night\n\n  Dear reader,');
  expect((await readdir(join(output, 'sandbox/inbox'))).length).toBeGreaterThanOrEqual(986);
});

test('a second run sends nothing that the first one sent', () => {
  const { code, stdout } = second;
  expect(code).toBe(0);
  expect(stdout).toMatch(/Scheduled +nothing/);
  // Only the greylisted mails may be due by now.
  expect(stdout).toMatch(/Sending +(?:nothing|[1-6] of [1-6]\n)/);
  const [sent = 0, later = 0, failed = 0, skipped = 0] = numbersOf(stdout, 'shared_folders');
  expect({ reached: sent + later, neither: failed + skipped }).toEqual({ reached: 496, neither: 4 });
});

test('without a terminal only plain lines are printed, also with FORCE_COLOR', () => {
  expect(first.stdout).not.toMatch(/(?!\n)\p{Cc}|[─-╿]/u);
});
