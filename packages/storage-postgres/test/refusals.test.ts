import { Client, Pool } from 'pg';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { postgresStorage } from '../src/index.ts';
import { newSchema } from './schemas.ts';

const busy = { kind: 'transient', code: 'storage_busy' };
const unreachable = { kind: 'transient', code: 'storage_unreachable' };

/** Makes a storage whose statements all fail with this reason. */
function refusing(reason: unknown) {
  const released = vi.fn();
  const query = vi.fn(() => Promise.reject(reason));
  const connection = { query, on: () => undefined, off: () => undefined, release: released };
  const storage = postgresStorage({ pool: { connect: async () => connection, end: async () => undefined } });
  return { storage, query, released };
}

const serverError = (code: string): Error => Object.assign(new Error('it was refused'), { severity: 'ERROR', code });

it.each([
  { code: '40001', error: busy, isBroken: false, attempts: 5 },
  { code: '40P01', error: busy, isBroken: false, attempts: 5 },
  { code: '55P03', error: busy, isBroken: false, attempts: 1 },
  { code: '57014', error: busy, isBroken: false, attempts: 1 },
  { code: '25006', error: unreachable, isBroken: true, attempts: 1 },
  { code: '25P04', error: unreachable, isBroken: true, attempts: 1 },
  { code: '57P01', error: unreachable, isBroken: true, attempts: 1 },
  { code: '22003', error: { message: 'it was refused', code: '22003' }, isBroken: false, attempts: 1 },
])('$code is tried $attempts times, and its connection is closed: $isBroken', async ({ code, error, isBroken, attempts }) => {
  const { storage, query, released } = refusing(serverError(code));
  await expect(storage.clock()).rejects.toMatchObject(error);
  expect(query).toHaveBeenCalledTimes(attempts);
  expect(released.mock.calls).toEqual(Array.from({ length: attempts }, () => [isBroken]));
});

it.each([[undefined], [null], ['no'], [Object.create(null)]])(
  'a pool of the host may reject with %o, which is passed on',
  async (reason) => {
    const { storage, released } = refusing(reason);
    await expect(storage.clock()).rejects.toBe(reason);
    await expect(storage.queue.reserve([{ limits: [{ key: 'k', intervalMs: 1, burst: 1 }] }], 1, 2)).rejects.toBe(reason);
    expect(released).toHaveBeenLastCalledWith(true);
  },
);

describe('a lock that another transaction holds', () => {
  it.each(['lock_timeout', 'statement_timeout'])(
    'is awaited no longer than the `%s` of the user, and closes no connection',
    async (setting) => {
      const { connectionString, schema } = newSchema();
      const pool = new Pool({ connectionString, max: 1, options: `-c ${setting}=20ms` });
      const storage = postgresStorage({ pool, schema });
      const [holder, patient] = [new Client({ connectionString }), postgresStorage({ connectionString, schema })];
      onTestFinished(async () => {
        await patient.close();
        await holder.end();
        await pool.end();
      });
      await patient.migrate();
      await holder.connect();
      await holder.query('begin');
      await holder.query(`lock table "${schema}".paces in access exclusive mode`);
      const made = vi.fn();
      pool.on('connect', made);
      await expect(storage.queue.defer('k', 1)).rejects.toMatchObject(busy);
      await holder.query('rollback');
      expect(await storage.queue.defer('k', 1)).toBeUndefined();
      expect(made).toHaveBeenCalledTimes(1);
    },
  );
});
