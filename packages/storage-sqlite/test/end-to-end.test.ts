import { AddressError, createSitemessage, defineMessageType, defineMessenger, PermanentError } from '@sitemessage/core';
import type { Storage } from '@sitemessage/core/storage';
import { expect, it, onTestFinished } from 'vitest';
import { sqliteStorage } from '../src/index.ts';
import { newFile } from './database-file.ts';

const welcome = defineMessageType<{ name: string }>({
  alias: 'welcome',
  title: 'Welcome',
  render: { default: ({ name }) => ({ text: `Hello ${name}` }) },
});

/** Makes a site whose messages go into a list. An address that begins with "gone" does not exist. */
function siteOn(storage: Storage) {
  const sent: [address: string, text: string][] = [];
  const letters = defineMessenger({
    alias: 'letters',
    package: 'letters',
    title: 'Letters',
    getAddress(address: string) {
      if (!address.includes('@')) throw new AddressError('the address has no @.');
      return address;
    },
    create: () => ({
      async send({ id, address, content }) {
        if (address.startsWith('gone')) throw new PermanentError('nobody lives there');
        sent.push([address, content.text]);
        return { providerId: `letter ${id}` };
      },
    }),
  });
  const site = createSitemessage({ storage, messengers: [letters()], messageTypes: [welcome] });
  onTestFinished(() => site.close());
  return { site, sent };
}

it('carries messages in memory from scheduling to their results', async () => {
  const { site, sent } = siteOn(sqliteStorage({ path: ':memory:' }));
  const people = site.recipients('letters', ['ann@example.com', 'gone@example.com', 'bob@example.org']);
  const [scheduled] = await site.scheduleMessages(welcome({ name: 'you' }), people, { key: 'welcome' });
  await site.scheduleMessages(welcome({ name: 'you' }), people, { key: 'welcome' });

  expect(await site.sendScheduledMessages()).toMatchObject({ sent: 2, failed: 1, error: 0, skipped: 0, released: 0 });
  expect(sent.sort()).toEqual([
    ['ann@example.com', 'Hello you'],
    ['bob@example.org', 'Hello you'],
  ]);
  const records = await Array.fromAsync(site.list({ messageId: scheduled?.id as string }));
  expect(Object.fromEntries(records.map(({ address, status }) => [address, status]))).toEqual({
    'ann@example.com': 'sent',
    'bob@example.org': 'sent',
    'gone@example.com': 'failed',
  });
  const failed = records.find(({ status }) => status === 'failed');
  expect((await site.find(failed?.id as string))?.errors).toMatchObject([
    { kind: 'permanent', message: expect.stringContaining('nobody') },
  ]);
  expect(await site.requeue({ status: 'failed' })).toBe(1);
  expect(await site.cancel({})).toBe(1);
});

it('stores a list of 12,000 in a file, and sends it from another storage', async () => {
  const path = await newFile();
  const addresses = async function* (): AsyncGenerator<string> {
    for (let n = 0; n < 12_000; n += 1) yield `user${n}@example.com`;
  };
  const before = siteOn(sqliteStorage({ path }));
  await before.site.scheduleMessages(welcome({ name: 'all' }), before.site.recipients('letters', addresses()));
  await before.site.close();

  const after = siteOn(sqliteStorage({ path }));
  expect(await after.site.sendScheduledMessages()).toMatchObject({ sent: 12_000, failed: 0, error: 0 });
  expect(new Set(after.sent.map(([address]) => address)).size).toBe(12_000);
  expect(after.sent).toHaveLength(12_000);
});

it('stores nothing of a list with a wrong address', async () => {
  const { site, sent } = siteOn(sqliteStorage({ path: ':memory:' }));
  const addresses = async function* (): AsyncGenerator<string> {
    for (let n = 0; n < 12_000; n += 1) yield n === 11_999 ? 'no address' : `user${n}@example.com`;
  };
  await expect(site.scheduleMessages(welcome({ name: 'all' }), site.recipients('letters', addresses()))).rejects.toMatchObject({
    kind: 'address',
  });
  expect(await site.sendScheduledMessages()).toMatchObject({ sent: 0 });
  expect(sent).toEqual([]);
  expect(await site.counts()).toEqual([]);
});
