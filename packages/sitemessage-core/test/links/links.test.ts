import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { EventDispatch } from '../../src/index.ts';
import { createLinkReader, createLinks, type LinkPurpose } from '../../src/links/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';

const compared: (readonly [number, number])[] = [];
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  const timingSafeEqual: typeof crypto.timingSafeEqual = (one, other) => {
    compared.push([one.byteLength, other.byteLength]);
    return crypto.timingSafeEqual(one, other);
  };
  return { ...crypto, timingSafeEqual };
});

const url = 'https://example.com/messages';
const secret = 'a-secret-that-nobody-can-guess-1';
const newer = 'a-secret-that-nobody-can-guess-2';
const dispatch: EventDispatch = {
  id: '01900000-0000-7000-8000-000000000001',
  messageId: '01900000-0000-7000-8000-000000000000',
  type: 'news',
  messenger: 'smtp',
  address: 'ann@example.com',
  recipientId: '7',
  attempt: 1,
};
const subject = { dispatchId: dispatch.id, type: 'news', messenger: 'smtp', address: 'ann@example.com', recipientId: '7' };
const purposes: readonly LinkPurpose[] = ['unsubscribe', 'preferences', 'pixel'];
const tokenOf = (link: string): string => link.split('/').at(-1) ?? '';
const tokens = (options: Partial<Parameters<typeof createLinks>[0]> = {}, about: EventDispatch = dispatch) => {
  const links = createLinks({ url, secret, ...options })(about);
  return { unsubscribe: tokenOf(links.unsubscribe), preferences: tokenOf(links.preferences), pixel: tokenOf(links.pixel) };
};

describe('links', () => {
  it('say by their path what they are good for', () => {
    const links = createLinks({ url: `${url}/`, secret })(dispatch);
    for (const purpose of purposes) expect(links[purpose]).toMatch(new RegExp(`^${url}/${purpose}/[\\w-]+$`));
  });

  it.each(purposes)('of the purpose %s are read as that, and as nothing else', (purpose) => {
    const reader = createLinkReader({ secret });
    for (const other of purposes) expect(reader.read(other, tokens()[purpose])).toEqual(other === purpose ? subject : undefined);
  });

  it('have whatever a recipient may be', () => {
    const reader = createLinkReader({ secret });
    const text = fc.string({ unit: 'grapheme', maxLength: 1_000 });
    const recipient = fc.record(
      { type: text, messenger: text, address: text, recipientId: text },
      { requiredKeys: ['type', 'messenger', 'address'] },
    );
    fc.assert(
      fc.property(recipient, (given) => {
        const about = { id: dispatch.id, messageId: dispatch.messageId, attempt: 1, ...given };
        expect(reader.read('pixel', tokens({}, about).pixel)).toEqual({ dispatchId: dispatch.id, ...given });
      }),
    );
  });

  it('to the preferences of a user need no message', () => {
    const runtime = fakeRuntime();
    const links = createLinks({ url, secret, runtime, expiresInMs: 1_000 });
    const link = links.preferencesOf({ userId: 7 });
    expect(link).toBe(links.preferencesOf({ userId: '7' }));
    expect(link).toMatch(new RegExp(`^${url}/preferences/[\\w-]+$`));
    const reader = createLinkReader({ secret, runtime });
    expect(reader.read('preferences', tokenOf(link))).toEqual({ recipientId: '7' });
    expect(reader.read('unsubscribe', tokenOf(link))).toBeUndefined();
    runtime.setNow(runtime.now() + 1_000);
    expect(reader.read('preferences', tokenOf(link))).toBeUndefined();
    for (const userId of [undefined, '', Number.NaN, {}, 'a\0', 'x'.repeat(1_001)]) {
      expect(() => links.preferencesOf({ userId } as never)).toThrow('`userId` must be the id of a user');
    }
  });

  it('are the same when a message is sent again', () => {
    expect(tokens({}, { ...dispatch, attempt: 2 })).toEqual(tokens());
  });

  it('reveal nothing, not even how long an address is', () => {
    const { unsubscribe, preferences, pixel } = tokens();
    for (const token of [unsubscribe, preferences, pixel]) {
      const bytes = Buffer.from(token, 'base64url').toString('latin1');
      for (const word of ['news', 'smtp', 'ann', 'example', dispatch.id]) expect(bytes).not.toContain(word);
    }
    expect(new Set([unsubscribe, preferences, pixel]).size).toBe(3);
    expect(tokens({}, { ...dispatch, address: 'bo@example.com' }).pixel).toHaveLength(pixel.length);
    const start = (address: string): string => tokens({}, { ...dispatch, address }).pixel.slice(0, 8);
    expect(start('bob@example.com')).not.toBe(start('ann@example.com'));
  });

  it('go on working when there is a newer secret, until theirs is taken away', () => {
    const old = tokens().unsubscribe;
    const rotated = [newer, secret];
    expect(createLinkReader({ secret: rotated }).read('unsubscribe', old)).toEqual(subject);
    expect(createLinkReader({ secret: newer }).read('unsubscribe', old)).toBeUndefined();
    expect(tokens({ secret: rotated })).toEqual(tokens({ secret: newer }));
  });

  it('work for as long as they may', () => {
    const runtime = fakeRuntime();
    const { unsubscribe } = tokens({ expiresInMs: 1_000, runtime });
    const at = (now: number) => createLinkReader({ secret, runtime: { now: () => now } }).read('unsubscribe', unsubscribe);
    expect(at(runtime.now() + 999)).toEqual(subject);
    expect(at(runtime.now() + 1_000)).toBeUndefined();
    const century = 100 * 365 * 86_400_000;
    expect(createLinkReader({ secret, runtime: { now: () => century } }).read('unsubscribe', tokens().unsubscribe)).toEqual(subject);
  });

  it('are compared in constant time, by digests of one length', () => {
    const { unsubscribe } = tokens();
    const reader = createLinkReader({ secret: [newer, secret] });
    const wrong = `${unsubscribe[0] === 'A' ? 'B' : 'A'}${unsubscribe.slice(1)}`;
    compared.length = 0;
    reader.read('unsubscribe', unsubscribe);
    reader.read('unsubscribe', wrong);
    expect(compared).toEqual(Array.from({ length: 4 }, () => [32, 32]));
  });
});

describe('a token that nobody has made', () => {
  const reader = createLinkReader({ secret: [newer, secret] });
  const made = [...Object.values(tokens()), ...Object.values(tokens({ secret: newer }, { ...dispatch, address: 'bob@example.com' }))];
  const isKnown = (token: string): boolean => made.includes(token);
  const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=.% \n');
  const place = fc.nat({ max: 300 });
  const mutation = fc.oneof(
    fc.tuple(place, letter).map(
      ([at, char]) =>
        (token: string) =>
          token.slice(0, at % token.length) + char + token.slice((at % token.length) + 1),
    ),
    fc.tuple(place, letter).map(
      ([at, char]) =>
        (token: string) =>
          token.slice(0, at % token.length) + char + token.slice(at % token.length),
    ),
    fc.tuple(place, place).map(
      ([from, to]) =>
        (token: string) =>
          token.slice(0, from % token.length) + token.slice(to % token.length),
    ),
    fc.constantFrom(...made).chain((other) => place.map((at) => (token: string) => token.slice(0, at) + other.slice(at))),
    letter.map((char) => (token: string) => token.slice(0, -1) + char),
    fc.constantFrom(
      (token: string) => `${token}=`,
      (token: string) => `${token}${token}`,
      (token: string) => token.toUpperCase(),
      (token: string) => [...token].reverse().join(''),
      (token: string) => Buffer.from(token, 'base64url').toString('base64'),
      (token: string) => Buffer.from(token, 'base64url').toString('hex'),
    ),
  );
  const mutated = fc
    .tuple(fc.constantFrom(...made), fc.array(mutation, { minLength: 1, maxLength: 3 }))
    .map(([token, steps]) => steps.reduce((changed, step) => step(changed || 'A'), token))
    .filter((token) => !isKnown(token));

  it.each(purposes)(
    'is no link of the purpose %s, among 30,000 that were changed and 10,000 of chance',
    (purpose) => {
      const isRefused = (token: string): boolean => reader.read(purpose, token) === undefined;
      fc.assert(fc.property(mutated, isRefused), { numRuns: 30_000 });
      const bytes = fc.uint8Array({ minLength: 0, maxLength: 300 }).map((given) => Buffer.from(given).toString('base64url'));
      fc.assert(fc.property(fc.oneof(bytes, fc.string({ unit: 'binary', maxLength: 300 })), isRefused), { numRuns: 10_000 });
    },
    120_000,
  );

  it('is none at its last bits either, which base64url leaves open', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (const address of ['a@b.c', 'ann@example.com', `${'a'.repeat(30)}@example.com`, `${'a'.repeat(60)}@example.com`]) {
      const token = tokens({}, { ...dispatch, address }).unsubscribe;
      const accepted = [...alphabet].filter((last) => reader.read('unsubscribe', token.slice(0, -1) + last) !== undefined);
      expect(accepted).toEqual([token.at(-1)]);
    }
  });

  it('costs nothing when it is endless', () => {
    compared.length = 0;
    expect(reader.read('unsubscribe', 'A'.repeat(10_000_000))).toBeUndefined();
    expect(compared).toEqual([]);
  });
});

describe('a site whose links are made wrong', () => {
  it.each<[what: string, options: object, problem: string]>([
    ['no secret', { secret: undefined }, '`secret` must be a text, or a list of texts, not undefined.'],
    ['an empty list of secrets', { secret: [] }, '`secret` is an empty list'],
    ['a short secret', { secret: 'hunter2' }, '`secret` must have 32 characters at least'],
    ['a short secret behind a good one', { secret: [secret, 'hunter2'] }, '`secret` must have 32 characters at least'],
    ['no URL', { url: undefined }, '`url` must be an http or https URL'],
    ['a path', { url: '/messages' }, '`url` must be an http or https URL'],
    ['another protocol', { url: 'javascript:alert(1)' }, '`url` must be an http or https URL'],
    ['a query', { url: `${url}?a=b` }, '`url` must be an http or https URL without query, fragment and password'],
    ['a password', { url: 'https://ann:hunter2@example.com/messages' }, '`url` must be an http or https URL'],
    ['an expiry of the past', { expiresInMs: 0 }, '`expiresInMs` of createLinks must be whole milliseconds, 1 or more, not 0.'],
    ['a misspelled option', { expiresIn: 7 }, '`expiresIn` is not an option of createLinks.'],
  ])('is told of %s', (_, options, problem) => {
    const make = () => createLinks({ url, secret, ...options });
    expect(make).toThrow(problem);
    try {
      make();
    } catch (error) {
      expect(inspect(error, { depth: 10 })).not.toContain('hunter2');
    }
  });

  it('is told the same by the reader', () => {
    expect(() => createLinkReader({ secret: 'hunter2' })).toThrow('`secret` must have 32 characters at least');
    expect(() => createLinkReader({ secret, secrets: [] } as never)).toThrow('`secrets` is not an option of createLinkReader.');
  });
});
