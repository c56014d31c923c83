import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { answering } from '../answering.ts';

/** A proxy that somebody else wrote, on 127.0.0.1. */
export interface ProxyProgram extends AsyncDisposable {
  readonly port: number;
}

/** Starts a program, and waits until it answers at the port. Undefined when it is not on this machine. */
export async function startProgram(program: string, parameters: readonly string[], port: number): Promise<ProxyProgram | undefined> {
  if (spawnSync(program, ['-h']).error) return undefined;
  const child: ChildProcess = spawn(program, parameters, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
  };
  try {
    await answering(port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, [Symbol.asyncDispose]: stop };
}
