import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { createSitemessage, defineMessenger, type SitemessageEvent } from '@sitemessage/core';
import { Pool } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { postgresStorage } from '../src/index.ts';
import { askForPassword, authenticationOk, errorResponse, readyForQuery, startFakeServer } from './fake-server.ts';

const secret = 'secret-hunter2';
const echo = (code: string): Buffer => errorResponse(code, `no entry with ${secret} or postgres://shop:${secret}@db`, 'ERROR');

/** Starts a server that asks for the password in clear text, and repeats it in an error. */
const echoing = (code: string) =>
  startFakeServer((socket) => {
    socket.write(askForPassword);
    answer(socket, echo(code));
  });

function answer(socket: Socket, ...answers: readonly Buffer[]): void {
  const [next, ...others] = answers;
  if (next === undefined) return void socket.end();
  socket.once('data', () => {
    socket.write(next);
    answer(socket, ...others);
  });
}

const shown = (value: unknown): string => inspect(value, { depth: null, showHidden: true }) + JSON.stringify(value);
const codes = ['28P01', '3D000', '42501', '42P01', '25006', '55P03', '57P01', 'XX000', '22003', 'EPROTO'];

describe('the password that a server repeats', () => {
  it.each(codes)('is redacted in an error: %s', async (code) => {
    const connectionString = await echoing(code);
    const storage = postgresStorage({ connectionString });
    const pool = new Pool({ connectionString });
    const byPool = postgresStorage({ pool });
    const { hostname, port } = new URL(connectionString);
    const plain = new Pool({ host: hostname, port: Number(port), user: 'shop', database: 'shop', password: secret });
    const byPlainPool = postgresStorage({ pool: plain });
    onTestFinished(async () => {
      await Promise.all([storage.close(), pool.end(), plain.end()]);
    });
    for (const one of [storage, byPool, byPlainPool]) {
      const error = await one.clock().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      expect(shown(error)).not.toContain(secret);
      expect((error as Error).message).toContain('[redacted]');
    }
  });

  it('is redacted in the error of a statement', async () => {
    const connectionString = await startFakeServer((socket) => {
      socket.write(Buffer.concat([authenticationOk, readyForQuery]));
      answer(socket, Buffer.concat([echo('22003'), readyForQuery]));
    });
    const storage = postgresStorage({ connectionString });
    onTestFinished(() => storage.close());
    const error = await storage.clock().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: '22003' });
    expect(shown(error)).not.toContain(secret);
  });

  it('is redacted for watchers, in events, and in the health of a worker', async () => {
    const connectionString = await echoing('57P03');
    const storage = postgresStorage({ connectionString, listenConnectionString: connectionString });
    const post = defineMessenger({
      alias: 'post',
      package: 'post',
      title: 'Post',
      getAddress: (address: string) => address,
      create: (_: object) => ({ send: async () => undefined }),
    });
    const site = createSitemessage({ storage, messengers: [post({})] });
    const events: SitemessageEvent[] = [];
    site.onEvent((event) => events.push(event));
    const failure = new Promise((resolve) => storage.watch({ wake: () => undefined, failed: resolve, recovered: () => undefined }));
    const worker = site.startWorker();
    onTestFinished(async () => {
      await worker.stop();
      await site.close();
    });
    expect(shown(await failure)).not.toContain(secret);
    await expect.poll(() => events.map(({ type }) => type)).toContain('storage_failed');
    expect(shown(events) + shown(worker.health())).not.toContain(secret);
  });
});
