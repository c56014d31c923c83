import { Pool } from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { postgresStorage } from '../src/index.ts';
import { authenticationOk, errorResponse, readyForQuery, startFakeServer } from './fake-server.ts';

const unreachable = { kind: 'transient', code: 'storage_unreachable' };

/** Starts a server that accepts every user, and ends the session in the same packet. */
const endingServer = () =>
  startFakeServer((socket) => {
    const terminated = errorResponse('57P01', 'terminating connection due to administrator command');
    socket.end(Buffer.concat([authenticationOk, readyForQuery, terminated]));
  });

it('a session that ends in the packet of its greeting does not end the process', async () => {
  const connectionString = await endingServer();
  const storage = postgresStorage({ connectionString });
  onTestFinished(() => storage.close());
  await expect(storage.clock()).rejects.toMatchObject(unreachable);
  await expect(storage.migrate()).rejects.toMatchObject(unreachable);
});

it('nor does it in a pool of the host without a listener', async () => {
  const pool = new Pool({ connectionString: await endingServer() });
  onTestFinished(() => pool.end());
  const storage = postgresStorage({ pool });
  await expect(storage.clock()).rejects.toMatchObject(unreachable);
});

it('an idle connection that breaks in a pool of the host without a listener does not end the process', async () => {
  let end = (): void => undefined;
  const connectionString = await startFakeServer((socket) => {
    socket.write(Buffer.concat([authenticationOk, readyForQuery]));
    end = () => socket.end(errorResponse('57P01', 'terminating connection due to administrator command'));
  });
  const pool = new Pool({ connectionString });
  onTestFinished(() => pool.end());
  postgresStorage({ pool });
  const client = await pool.connect();
  client.release();
  const removed = new Promise((resolve) => pool.on('remove', resolve));
  end();
  await removed;
  expect(pool.totalCount).toBe(0);
});

it('a session of the listener that ends in its greeting does not end the process', async () => {
  const connectionString = await endingServer();
  const storage = postgresStorage({ connectionString, listenConnectionString: connectionString });
  onTestFinished(() => storage.close());
  const failure = new Promise((resolve) => storage.watch({ wake: () => undefined, failed: resolve, recovered: () => undefined }));
  expect(await failure).toMatchObject(unreachable);
});
