import { type ChildProcess, spawn } from 'node:child_process';

/** Ends a program with all that it started. `isGroup` says that it leads a group of processes, which is how that is done but on Windows. */
export function endTree(child: ChildProcess, isGroup: boolean): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') spawn('taskkill', ['/pid', String(child.pid), '/T', '/F']);
  else if (isGroup) endGroup(child.pid);
  else child.kill();
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // All of it is over already.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
