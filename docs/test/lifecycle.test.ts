import { createSitemessage, defineMessageType, defineMessenger, PermanentError, TransientError } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import type { Storage } from '@sitemessage/core/storage';
import { fakeRuntime } from '@sitemessage/core/testing';
import { describe, expect, it } from 'vitest';
import { read } from './files.ts';
import { quoted, tableOf } from './interfaces.ts';
import { drawLifecycle, transitions } from './lifecycle-picture.ts';

const written = ({ from, to }: { from: string; to: string }): string => `${from || '-'} to ${to}`;
const drawn = transitions.map(written);

/** Wraps a storage so that it notes each change of a dispatch's status, and each second claim of one in flight. */
function watched(storage: Storage, changes: Set<string>): Storage {
  const statuses = new Map<string, string>();
  const look = async (reclaimed: ReadonlySet<string>): Promise<void> => {
    for await (const { id, status } of storage.queue.list({})) {
      const before = statuses.get(id) ?? '';
      if (before !== status || reclaimed.has(id)) changes.add(written({ from: before, to: status }));
      statuses.set(id, status);
    }
  };
  const methods = ['enqueue', 'claim', 'settle', 'requeue', 'cancel'] as const;
  const queue = Object.fromEntries(
    methods.map((name) => [
      name,
      async (...given: unknown[]) => {
        const result = await (storage.queue[name] as (...args: unknown[]) => Promise<unknown>).apply(storage.queue, given);
        const claims = name === 'claim' ? (result as Awaited<ReturnType<Storage['queue']['claim']>>).claims : [];
        await look(new Set(claims.filter(({ id }) => statuses.get(id) === 'processing').map(({ id }) => id)));
        return result;
      },
    ]),
  );
  return { ...storage, queue: { ...bound(storage.queue), ...queue } };
}

const bound = <T extends object>(of: T): T =>
  Object.fromEntries(
    Object.entries(of).map(([name, value]) => [name, typeof value === 'function' ? value.bind(of) : value]),
  ) as unknown as T;

/** Sends by the words of the address, and observes what becomes of each dispatch. */
async function observed(): Promise<ReadonlySet<string>> {
  const changes = new Set<string>();
  const runtime = fakeRuntime();
  const storage = watched(memoryStorage({ runtime }), changes);
  const mail = defineMessenger({
    alias: 'mail',
    package: 'docs',
    title: 'Mail',
    getAddress: (given: string) => given,
    create: () => ({
      async send({ address }) {
        if (address === 'refused') throw new PermanentError('nobody lives there');
        if (address === 'later') throw new TransientError('not now');
        if (address === 'limited') throw new TransientError('too fast', { scope: 'address', retryAfterMs: 60_000 });
        return {};
      },
    }),
  });
  const plainText = defineMessageType<{ text: string }>({
    alias: 'text',
    title: 'Text',
    render: { default: ({ text }) => ({ text }) },
  });
  const site = createSitemessage({ storage, messengers: [mail()], messageTypes: [plainText], runtime });
  const schedule = (addresses: string[], options = {}) =>
    runtime.run(site.scheduleMessages(plainText({ text: 'Hello' }), site.recipients('mail', addresses), options));
  const send = () => runtime.run(site.sendScheduledMessages());

  await site.suppressions.add(site.recipients('mail', 'suppressed'));
  await schedule(['taken', 'refused', 'later', 'limited', 'suppressed']);
  await send();
  await runtime.advance(60_000);
  await send();
  await site.cancel({ status: 'error' });
  await site.requeue({});
  await schedule(['waiting'], { dueAt: runtime.now() + 60_000 });
  await site.cancel({ address: 'waiting' });

  // A worker claims and vanishes. Its lease ends, and another one claims the dispatch.
  await schedule(['lost']);
  for (const token of ['first', 'second']) {
    const [now, leaseUntil] = [runtime.now(), runtime.now() + 1_000];
    await storage.queue.claim({ token, now, leaseUntil, limit: 100, messenger: 'mail', types: ['text'] });
    await runtime.advance(2_000);
  }
  await runtime.run(site.close());
  return changes;
}

describe('the picture of the lifecycle', () => {
  it('is drawn from the transitions', () => expect(drawLifecycle()).toMatchFileSnapshot('../pictures/lifecycle.svg'));

  it('has every change of a status that happens, and no other', async () => {
    expect([...(await observed())].toSorted()).toEqual(drawn.toSorted());
  });

  it('has the statuses of the port', () => {
    const records = read('packages/sitemessage-core/src/storage/records.ts');
    const [, open = ''] = /type DispatchStatus = (.+)/.exec(records) ?? [];
    const [, final = ''] = /type FinalStatus = (.+)/.exec(records) ?? [];
    const statuses = [...`${open} ${final}`.matchAll(/'(\w+)'/g)].map(([, status]) => status);
    expect(new Set(transitions.map(({ to }) => to))).toEqual(new Set(statuses));
  });

  it('has the transitions of the table', () => {
    const rows = tableOf('docs/lifecycle.md', 'The states').flatMap(([from = '', , to = '']) =>
      (quoted(from).length === 0 ? [''] : quoted(from)).map((start) => written({ from: start, to: quoted(to)[0] ?? '' })),
    );
    expect([...new Set(rows)].toSorted()).toEqual([...new Set(drawn)].toSorted());
  });
});
