import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface DemoRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the demo as `pnpm demo` does, in a pipe, with its files in `output`. */
export async function runDemo(output: string, env: Readonly<Record<string, string>> = {}): Promise<DemoRun> {
  const { SMTP_URL: _, SMTP_TO: __, SMTP_FROM: ___, ...inherited } = process.env;
  // Node 22 says that node:sqlite is an experiment.
  const args = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, '../src/main.ts'), output];
  const child = spawn(process.execPath, args, { env: { ...inherited, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
