import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answering } from './answering.ts';
import { freePort } from './free-port.ts';

/** A Redis for benchmarks, on 127.0.0.1. */
export interface RedisServer {
  readonly port: number;
  /** Stops it and deletes its files. */
  close(): Promise<void>;
}

/** An append-only file is all that is kept, and it is synced once a second: a crash of the machine loses no more than that. */
const kept = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''];

export const isRedisHere = (): boolean => spawnSync('redis-server', ['--version']).error === undefined;

/** Starts the machine's `redis-server` on a free port, with its files in a temporary folder. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-redis-'));
  const child = spawn('redis-server', ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, ...kept], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const close = async (): Promise<void> => {
    child.kill();
    await ended;
    await rm(folder, { recursive: true });
  };
  try {
    await answering(port);
  } catch (error) {
    await close();
    throw error;
  }
  return { port, close };
}
