import { expect, it } from 'vitest';
import { sqliteStorage } from '../src/index.ts';
import { dispatch, news } from './rows.ts';

const closed = { kind: 'configuration', code: 'storage_closed' };

it('a list that is being stored when the storage closes fails with `storage_closed`', async () => {
  const storage = sqliteStorage({ path: ':memory:' });
  await storage.migrate();
  async function* rows() {
    yield dispatch(1);
    await storage.close();
    yield dispatch(2);
  }
  await expect(storage.queue.enqueue([news], rows(), 0)).rejects.toMatchObject(closed);
});

it('methods of a closed storage fail with `storage_closed`', async () => {
  const storage = sqliteStorage({ path: ':memory:' });
  await storage.migrate();
  await storage.close();
  await expect(storage.queue.counts()).rejects.toMatchObject(closed);
  await expect(storage.queue.defer('k', 1)).rejects.toMatchObject(closed);
});
