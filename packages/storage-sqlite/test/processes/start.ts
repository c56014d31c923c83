import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { onTestFinished } from 'vitest';

/** One of the scripts beside this file in a process of its own. Killed with the test. */
export interface Process {
  /** What it reports next. Rejects when it ends before. */
  next(): Promise<unknown>;
  /** Lets it go on from where it waits. */
  go(): void;
  kill(): void;
  /** How it ended. */
  readonly ended: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
}

export function start(script: URL, orders: object): Process {
  const child = fork(script, [JSON.stringify(orders)], { execPath: process.execPath, execArgv: [] });
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

/** So many of them, which wait for each other once they are up. */
export async function startTogether(count: number, script: URL, orders: object): Promise<readonly Process[]> {
  const processes = Array.from({ length: count }, () => start(script, orders));
  await goTogether(processes);
  return processes;
}

/** Lets them go on when all of them wait. */
export async function goTogether(processes: readonly Process[]): Promise<void> {
  for (const process of processes) await process.next();
  for (const process of processes) process.go();
}
