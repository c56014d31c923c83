import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { AddressError, createSitemessage } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { mail, mailAddresses, setUp, type User } from './schedule-setup.ts';

type Site = ReturnType<typeof setUp>['site'];

/** Schedules, and returns the error. Expects that nothing was stored and no event was emitted. */
async function refusal(recipients: unknown, alias: 'smtp' | 'pager' = 'smtp') {
  const { site, stored, events } = setUp();
  const error: unknown = await site.scheduleMessages('Hi', site.recipients(alias, recipients as string)).then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(await stored()).toEqual([]);
  expect(events).toEqual([]);
  expect(error).toBeInstanceOf(Error);
  return error as AddressError;
}

describe('scheduling refuses, and stores nothing:', () => {
  it.each([
    ['with a line break', 'ann@example.com\r\nBcc: eve@example.com', 'the address holds a line break.'],
    ['that is empty, if the messenger refuses it', '', 'the address is no e-mail address.'],
    ['that is longer than the protocol allows', `${'x'.repeat(250)}@example.com`, 'the address is longer than 254 characters.'],
    ['that is missing', undefined, 'the address must be a string.'],
    ['that is null', null, 'the address must be a string.'],
    ['that is a number', 7, 'the address must be a string.'],
  ])('an address %s', async (_, address, reason) => {
    const error = await refusal(address);
    expect(error).toBeInstanceOf(AddressError);
    expect(error.message).toBe(`Recipient 1 of "smtp": ${reason}`);
  });

  it.each([
    ['longer than any storage can index', 'x'.repeat(1_001), 'the address is longer than 1000 characters.'],
    ['with a NUL', 'a\0', 'the address holds a NUL or half of a surrogate pair.'],
    ['with half of a surrogate pair', 'a\udc00', 'the address holds a NUL or half of a surrogate pair.'],
  ])('an address %s, even if the messenger accepts it', async (_, address, reason) => {
    expect(await refusal(address, 'pager')).toMatchObject({ kind: 'address', message: `Recipient 1 of "pager": ${reason}` });
  });

  it('no empty address, if the messenger accepts it', async () => {
    const { site, addresses } = setUp();
    await site.scheduleMessages('Hi', site.recipients('pager', ''));
    expect(await addresses()).toEqual(['']);
  });

  it.each([
    ['is missing', { id: 7 }, 'Recipient 1 of "smtp" (user 7): `addressOf` gave no address for this user.'],
    ['is null', { id: 'u-8', mail: null }, 'Recipient 1 of "smtp" (user u-8): `addressOf` gave no address for this user.'],
    ['is missing, like its id', { name: 'Ann' }, 'Recipient 1 of "smtp": `addressOf` gave no address for this user.'],
    ['is wrong', { id: 9, mail: 'nobody' }, 'Recipient 1 of "smtp" (user 9): the address is no e-mail address.'],
  ])('a user object whose address %s', async (_, user, message) => {
    expect(await refusal(user)).toMatchObject({ kind: 'address', message });
  });

  it('a user object on a site without `addressOf`', async () => {
    const runtime = fakeRuntime();
    const site = createSitemessage({ runtime, storage: memoryStorage({ runtime }), messengers: [mail({})] });
    const user = { id: 7, mail: 'ann@example.com' } as never;
    await expect(site.scheduleMessages('Hi', site.recipients('smtp', user))).rejects.toMatchObject({
      kind: 'address',
      message: 'Recipient 1 of "smtp": the address must be a string. To pass users of your own, give `addressOf` to createSitemessage.',
    });
  });

  it.each([
    [
      'bytes',
      Buffer.from('ann@example.com'),
      'smtp',
      'the address must be a string. There is a Buffer. Pass a string, such as `buffer.toString()`.',
    ],
    ['an object in a string', `${{}}`, 'smtp', 'the address holds "[object Object]": an object became a text.'],
    [
      'a promise in a string',
      `${Promise.resolve()}@example.com`,
      'pager',
      'the address holds "[object Promise]": an object became a text.',
    ],
  ])('%s in place of an address', async (_, address, alias, problem) => {
    const error = await refusal([address], alias as 'smtp');
    expect(error).toMatchObject({ kind: 'address', message: expect.stringContaining(`Recipient 1 of "${alias}": ${problem}`) });
  });

  it('an `addressOf` that returns a promise', async () => {
    const runtime = fakeRuntime();
    const addressOf = async () => Promise.reject(new Error('no such user'));
    const site = createSitemessage({ runtime, storage: memoryStorage({ runtime }), messengers: [mail({})], addressOf });
    await expect(site.scheduleMessages('Hi', site.recipients('smtp', {} as never))).rejects.toThrow(
      '`addressOf` returned a promise. It must return the address.',
    );
  });

  it('and shows only the id of the user', async () => {
    const user = { id: 7, password: 'hunter2-hunter2' } as User;
    expect(inspect(await refusal(['ann@example.com', user]), { depth: null, showHidden: true })).not.toContain('hunter2');
  });

  it('with the code of the messenger, and its error as the cause', async () => {
    const error = await refusal('a\n@example.com');
    expect(error.code).toBe('address_line_break');
    expect(error.cause).toMatchObject({ kind: 'address', message: 'the address holds a line break.' });
  });

  it('with the position of the recipient in its list', async () => {
    expect((await refusal(['ann@example.com', 'bob@example.org', 'nobody'])).message).toContain('Recipient 3 of "smtp"');
  });

  it.each([20, 4_999, 5_000, 12_345, 1_000_000])('recipient %d of a million', async (place) => {
    function* addresses() {
      for (const address of mailAddresses(place - 1)) yield address;
      yield 'nobody';
      yield* mailAddresses(1_000_000 - place);
    }
    expect((await refusal(addresses())).message).toBe(`Recipient ${place} of "smtp": the address is no e-mail address.`);
  });

  it('with the original error when `getAddress` has a bug', async () => {
    const { site, enqueued } = setUp();
    site.registerMessengers({
      ...site.getRegisteredMessenger('pager'),
      alias: 'fax',
      getAddress: () => {
        throw new RangeError('a bug');
      },
    });
    await expect(site.scheduleMessages('Hi', { messenger: 'fax', addresses: '1' })).rejects.toThrow(new RangeError('a bug'));
    expect(enqueued).toEqual([]);
  });
});

describe('a list of recipients', () => {
  it.each([undefined, null, 'ann@example.com', ['ann@example.com'], {}, [undefined]])(
    'must come from recipients(...), not be %j',
    async (lists) => {
      const { site, enqueued } = setUp();
      await expect(site.scheduleMessages('Hi', lists as never)).rejects.toThrow(
        '`recipients` must come from recipients(alias, addresses), or be an array of those.',
      );
      expect(enqueued).toEqual([]);
    },
  );

  it.each([
    [
      'a promise of lists',
      (site: Site) => Promise.resolve(site.recipients('smtp', 'ann@example.com')),
      'There is a promise. Await it first.',
    ],
    [
      'a promise of addresses',
      (site: Site) => site.recipients('smtp', Promise.resolve(['ann@example.com']) as never),
      'The addresses for "smtp" are not a list. There is a promise. Await it first.',
    ],
    [
      'bytes',
      (site: Site) => site.recipients('smtp', Buffer.from('ann@example.com') as never),
      'The addresses for "smtp" are not a list. There is a Buffer. Pass a string, such as `buffer.toString()`.',
    ],
  ])('is refused with advice when it is %s', async (_, make, problem) => {
    const { site, enqueued } = setUp();
    await expect(site.scheduleMessages('Hi', make(site) as never)).rejects.toThrow(problem);
    expect(enqueued).toEqual([]);
  });

  it('is refused for an unknown messenger before it is read', async () => {
    const { site, enqueued } = setUp();
    let read = 0;
    function* addresses() {
      read += 1;
      yield 'ann@example.com';
    }
    const lists = [site.recipients('smtp', addresses()), { messenger: 'telegram', addresses: '1' }];
    await expect(site.scheduleMessages('Hi', lists)).rejects.toThrow('This site has no messenger "telegram". This site has: smtp, pager.');
    expect({ read, enqueued }).toEqual({ read: 0, enqueued: [] });
  });
});
