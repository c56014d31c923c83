import { describe, expect, it } from 'vitest';
import { createSitemessage, type DispatchFilter } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import type { CountFilter } from '../../src/storage/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

async function setUp() {
  const scripted = scriptedMessenger();
  const site = createSitemessage({ storage: memoryStorage(), messengers: [scripted.messenger] });
  await site.scheduleMessages('Hi', site.recipients('scripted', ['a', 'b']));
  return site;
}
type Site = Awaited<ReturnType<typeof setUp>>;

const uses: readonly [what: string, use: (site: Site, filter: DispatchFilter) => Promise<unknown>][] = [
  ['cancel', (site, filter) => site.cancel(filter)],
  ['requeue', (site, filter) => site.requeue(filter)],
  ['list', (site, filter) => Array.fromAsync(site.list(filter))],
  ['counts', (site, filter) => site.counts(filter as CountFilter)],
];

const faults: readonly [field: string, filter: unknown][] = [
  ['`id`', { id: 'x' }],
  ['`toString`', { toString: 'x' }],
  ['`messenger`', { messenger: undefined }],
  ['`messenger`', { messenger: 7 }],
  ['`type`', { type: null }],
  ['`since`', { since: Number.NaN }],
  ['`since`', { since: '2026' }],
  ['date.getTime()', { since: new Date() }],
  ['`since` of the filter is 1732900000, which is in 1970. Pass milliseconds', { since: 1_732_900_000 }],
  ['`since` of the filter is -1, which is before 1970', { since: -1 }],
  ['The filter is null', null],
  ['The filter is a string', 'x'],
  ['The filter is a list', ['x']],
];

const faultsOfDispatches: readonly [field: string, filter: unknown][] = [
  ['`ids`', { ids: undefined }],
  ['`ids`', { ids: 'x' }],
  ['`ids`', { ids: ['x', 7] }],
  ['`messageId`', { messageId: undefined }],
  ['`address`', { address: ['a'] }],
  ['`status`', { status: 'queued' }],
  ['`status`', { status: undefined }],
];

const cases = uses.flatMap(([what, use]) =>
  [...faults, ...(what === 'counts' ? [] : faultsOfDispatches)].map((fault) => [what, use, ...fault] as const),
);

describe('a filter', () => {
  it.each(cases)('of %s is refused rather than match too much, by the name of its field', async (_, use, field, filter) => {
    const site = await setUp();
    const refused = use(site, filter as DispatchFilter);
    await expect(refused).rejects.toMatchObject({ name: 'ArgumentError' });
    await expect(refused).rejects.toThrow(field);
    expect(await site.counts()).toMatchObject([{ status: 'pending', count: 2 }]);
  });

  it('of counts has no other field than messenger, type and since', async () => {
    const site = await setUp();
    await expect(site.counts({ status: 'sent' } as CountFilter)).rejects.toThrow(
      '`status` is not an option of the filter. Options: messenger, type, since.',
    );
  });

  it.each(uses.slice(0, 2))('of %s must be given', async (_, use) => {
    await expect(use(await setUp(), undefined as never)).rejects.toThrow('The filter is undefined. Give an object');
  });

  it('of all fields is taken', async () => {
    const site = await setUp();
    const [one] = await Array.fromAsync(site.list());
    const { id, messageId } = one as { id: string; messageId: string };
    const filter: DispatchFilter = {
      ids: [id],
      messageId,
      messenger: 'scripted',
      type: 'plain',
      address: 'a',
      status: 'pending',
      since: 0,
    };
    expect((await Array.fromAsync(site.list(filter))).length + (await Array.fromAsync(site.list({ ...filter, address: 'b' }))).length).toBe(
      1,
    );
    expect(await site.counts({ messenger: 'scripted', type: 'plain', since: 0 })).toHaveLength(1);
    expect(await site.counts({ since: Date.now() + 0.5 })).toHaveLength(1);
    expect(await site.cancel({ ids: [] })).toBe(0);
  });
});

it('what is deleted has to be said', async () => {
  const site = await setUp();
  await expect(site.cleanupSentMessages(undefined as never)).rejects.toThrow(
    '`options` of cleanupSentMessages must be an object, not undefined.',
  );
});

it.each([
  ['withinMs', { withinMs: Number.NaN }],
  ['notify', { notify: 'ann@example.com' }],
])('what failed is not counted by a wrong option: %s', async (option, options) => {
  const site = await setUp();
  await expect(site.checkUndelivered(options as never)).rejects.toThrow(`\`${option}\``);
});
