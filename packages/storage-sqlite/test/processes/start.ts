import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { onTestFinished } from 'vitest';

/** A process that runs a script beside this file. It is killed when the test ends. */
export interface Process {
  /** Returns the next report. Rejects when the process ends before. */
  next(): Promise<unknown>;
  /** Lets a waiting process go on. */
  go(): void;
  kill(): void;
  /** The exit code and the signal. */
  readonly ended: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
}

export function start(script: URL, options: object): Process {
  const child = fork(script, [JSON.stringify(options)], { execPath: process.execPath, execArgv: [] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const reports = on(child, 'message', { close: ['disconnect'] });
  const ended = once(child, 'exit') as Process['ended'];
  return {
    async next() {
      const { done, value } = await reports.next();
      if (done) throw new Error(`${script.pathname} ended (${await ended}) before it reported anything more.`);
      return value[0];
    },
    go: () => void child.send('go'),
    kill: () => void child.kill('SIGKILL'),
    ended,
  };
}

/** Starts so many processes, and lets them go on when all have started. */
export async function startTogether(count: number, script: URL, options: object): Promise<readonly Process[]> {
  const processes = Array.from({ length: count }, () => start(script, options));
  await goTogether(processes);
  return processes;
}

/** Lets the processes go on when all of them wait. */
export async function goTogether(processes: readonly Process[]): Promise<void> {
  for (const process of processes) await process.next();
  for (const process of processes) process.go();
}
