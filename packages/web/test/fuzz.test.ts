import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { bare, setUp, url } from './set-up.ts';

const paths = ['unsubscribe', 'resubscribe', 'preferences', 'pixel', 'api/unsubscribe', 'api/resubscribe', 'api/preferences'];

describe('random and changed tokens', () => {
  it('are accepted by no route, and cause no error', async () => {
    const onError = vi.fn();
    const { ask, links, storage, subscribe, subscriptions } = setUp({ web: { onError } });
    await subscribe(bare);
    const asked = vi.spyOn(storage.subscriptions, 'list');
    const changed = vi.spyOn(storage.subscriptions, 'change');
    const reported = vi.spyOn(storage.queue, 'find');
    const good = Object.values(links(bare)).map((link) => link.split('/').at(-1) ?? '');
    const letters = fc.string({ unit: fc.constantFrom(...'AZaz09-_%/.=+?#'), maxLength: 8 });
    const changedToken = fc
      .tuple(fc.constantFrom(...good), fc.nat({ max: 250 }), letters, fc.nat({ max: 4 }))
      .map(([token, at, put, cut]) => token.slice(0, at) + put + token.slice(at + cut));
    const token = fc
      .oneof(changedToken, fc.string({ unit: 'binary', maxLength: 200 }).map(encode), letters)
      .filter((given) => !given.split(/[/?#]/).some((part) => good.includes(part)));

    const method = fc.constantFrom('GET', 'POST', 'PUT');
    await fc.assert(
      fc.asyncProperty(token, fc.constantFrom(...paths), method, async (given, path, how) => {
        const body = how === 'GET' ? {} : { body: 'List-Unsubscribe=One-Click&confirm=yes&shown=news%2Fmail' };
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        const { status } = await ask(how, `${url}/${path}/${given}`, { ...body, headers });
        expect(status).toBe(path === 'pixel' && how === 'GET' && status !== 404 ? 200 : 404);
      }),
      { numRuns: 10_000 },
    );
    expect(await subscriptions()).toEqual(['news mail <bob@example.com>']);
    expect(asked).toHaveBeenCalledTimes(1);
    expect(changed).not.toHaveBeenCalled();
    expect(reported).not.toHaveBeenCalled();
    expect(onError).not.toHaveBeenCalled();
  }, 120_000);
});

const encode = (text: string): string => encodeURIComponent(text.toWellFormed());
