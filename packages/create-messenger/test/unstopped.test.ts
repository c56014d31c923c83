import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const module = pathToFileURL(join(import.meta.dirname, '..', 'src', 'unstopped.ts')).href;

// Windows has no signals: there `process.kill` ends a process at once, whoever listens.
it.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM', 'SIGHUP'])(
  'a %s in the middle of writing waits until all is written',
  async (signal) => {
    const program = `
    import { unstopped } from ${JSON.stringify(module)};
    const done = unstopped(() => {
      process.kill(process.pid, '${signal}');
      const end = Date.now() + 100;
      while (Date.now() < end);
      return 'whole';
    });
    process.stdout.write(done);
  `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    expect(stdout).toBe('whole');
  },
);
