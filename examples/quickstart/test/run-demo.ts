import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface DemoRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the demo as `pnpm demo` does, in a pipe, with its files in `output`. Variables for a server or for
 * colours are not inherited: with both `NO_COLOR` and `FORCE_COLOR`, Node writes a warning to stderr.
 */
export async function runDemo(output: string, env: Readonly<Record<string, string>> = {}): Promise<DemoRun> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(SMTP_\w+|NO_COLOR|FORCE_COLOR)$/.test(name));
  // Node 22 warns that node:sqlite is experimental.
  const args = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, '../src/main.ts'), output];
  const child = spawn(process.execPath, args, { env: { ...Object.fromEntries(inherited), ...env } });
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
