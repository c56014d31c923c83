import type { FbUsage } from '@sitemessage/sandbox';
import { sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { fb } from '../src/index.ts';
import { pauseFor } from '../src/usage.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('fb');
const minute = 60_000;

describe('the usage', () => {
  it.each<readonly [number, FbUsage, number | undefined]>([
    [89, {}, undefined],
    [90, {}, minute],
    [99, {}, minute],
    [100, {}, 5 * minute],
    [180, {}, 5 * minute],
    [89, { of: 'app' }, undefined],
    [90, { of: 'app' }, minute],
    [100, { of: 'app' }, 5 * minute],
    [89, { of: 'page' }, undefined],
    [90, { of: 'page' }, minute],
    [100, { of: 'page' }, 5 * minute],
    [100, { regainMinutes: 7 }, 7 * minute],
    [100, { regainMinutes: 0 }, 5 * minute],
    [50, { regainMinutes: 2 }, 2 * minute],
    [100, { regainMinutes: 600 }, 600 * minute],
  ])('of %i percent (%j) pauses the messenger for %s ms after the post', async (percent, usage, pauseMs) => {
    running.sandbox.fb.usage(percent, usage);
    const receipt = await sendOne(fb(running.sandbox.fb.options));
    expect(receipt).toEqual({ providerId: expect.any(String), ...(pauseMs !== undefined && { pauseMs }) });
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('causes no pause when Facebook does not report it', async () => {
    expect(await sendOne(fb(running.sandbox.fb.options))).toEqual({ providerId: expect.any(String) });
  });
});

describe('usage headers', () => {
  const pause = (headers: Readonly<Record<string, unknown>>) =>
    pauseFor(
      new Headers(Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])),
    );

  it.each(['call_count', 'total_time', 'total_cputime'])('count by their highest value: %s', (name) => {
    const counts = { call_count: 1, total_time: 2, total_cputime: 3, [name]: 95 };
    expect(pause({ 'X-App-Usage': counts })).toBe(minute);
    expect(pause({ 'X-Page-Usage': counts })).toBe(minute);
    expect(pause({ 'X-Business-Use-Case-Usage': { 1: [counts] } })).toBe(minute);
    expect(pause({ 'X-App-Usage': { ...counts, [name]: 89 } })).toBeUndefined();
  });

  it('count together, by the highest of all', () => {
    const [low, high] = [{ call_count: 5 }, { call_count: 100 }];
    expect(pause({ 'x-app-usage': high, 'x-page-usage': low, 'x-business-use-case-usage': { 1: [low] } })).toBe(5 * minute);
    expect(pause({ 'x-app-usage': low, 'x-page-usage': low, 'x-business-use-case-usage': { 1: [low], 2: [low, high] } })).toBe(5 * minute);
  });

  it('of another product do not count', () => {
    const ads = { type: 'ads_insights', call_count: 100, estimated_time_to_regain_access: 30 };
    expect(pause({ 'x-business-use-case-usage': { 1: [ads, { type: 'pages', call_count: 10 }] } })).toBeUndefined();
  });

  it.each(['', '{', 'null', '7', '[]', '"95"', { call_count: '95' }, { call_count: null }, { 1: [null, '95', 95] }])(
    'that cannot be read are ignored: %j',
    (header) => {
      for (const name of ['x-app-usage', 'x-page-usage', 'x-business-use-case-usage']) expect(pause({ [name]: header })).toBeUndefined();
    },
  );
});
