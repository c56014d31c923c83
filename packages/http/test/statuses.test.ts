import { rejection } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { retryAfter } from '../src/index.ts';
import { opened } from './opened.ts';
import { startProvider } from './provider.ts';

const dispatch = { kind: 'transient', scope: 'dispatch' };

describe('the error of a status', () => {
  it.each([
    [300, { kind: 'configuration' }],
    [302, { kind: 'configuration' }],
    [304, { kind: 'configuration' }],
    [308, { kind: 'configuration' }],
    [399, { kind: 'configuration' }],
    [400, { kind: 'permanent', recipientGone: false }],
    [401, { kind: 'configuration' }],
    [402, { kind: 'permanent' }],
    [403, { kind: 'configuration' }],
    [404, { kind: 'permanent', recipientGone: false }],
    [407, { kind: 'configuration' }],
    [408, dispatch],
    [409, { kind: 'permanent' }],
    [410, { kind: 'permanent' }],
    [413, { kind: 'permanent' }],
    [422, { kind: 'permanent' }],
    [425, dispatch],
    [429, { kind: 'transient', scope: 'messenger' }],
    [500, dispatch],
    [501, dispatch],
    [502, { kind: 'unknown', sessionLost: false }],
    [503, dispatch],
    [504, { kind: 'unknown' }],
    [599, dispatch],
  ])('%i', async (status, expected) => {
    await using provider = await startProvider((response) => response.writeHead(status).end('no'));
    using http = opened({ baseUrl: provider.url });
    const error = await rejection(http.post('send'));
    expect(error).toMatchObject({ ...expected, code: `http_${status}` });
    expect(error).not.toHaveProperty('retryAfterMs');
    expect(error.message).toBe(`The server answered ${status}${status === 304 ? '' : ': no'}`);
  });

  it('is not thrown for a status of success', async () => {
    for (const status of [200, 201, 202, 203, 205, 206]) {
      await using provider = await startProvider((response) => response.writeHead(status).end());
      using http = opened({ baseUrl: provider.url });
      expect((await http.post('send')).status).toBe(status);
    }
  });

  it('is not thrown with `throwHttpErrors: false`', async () => {
    await using provider = await startProvider((response) =>
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":7}'),
    );
    using http = opened({ baseUrl: provider.url });
    const response = await http.post('send', { throwHttpErrors: false });
    expect([response.status, await response.json()]).toEqual([400, { error: 7 }]);
  });

  it.each([
    ['application/json', '{"error": "chat not found"}', '{"error":"chat not found"}'],
    ['text/plain', 'x'.repeat(10_000), 'x'.repeat(300)],
  ])('quotes a reply of type %s', async (type, body, shown) => {
    await using provider = await startProvider((response) => response.writeHead(400, { 'content-type': type }).end(body));
    using http = opened({ baseUrl: provider.url });
    expect((await rejection(http.post('send'))).message).toBe(`The server answered 400: ${shown}`);
  });
});

describe('a reply that is nested too deeply', () => {
  const deep = `{"error":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;

  it.each([200, 400, 502, 503])('gives the error of its status: %i', async (status) => {
    const json = { 'content-type': 'application/json' };
    await using provider = await startProvider((response) => response.writeHead(status, json).end(deep));
    using http = opened({ baseUrl: provider.url });
    const kind = { 200: 'unknown', 400: 'permanent', 502: 'unknown', 503: 'transient' }[status];
    const code = status === 200 ? 'http_unreadable' : `http_${status}`;
    expect(await rejection(http.post('send').json())).toMatchObject({ kind, code });
    expect(await rejection(http.post('send', { throwHttpErrors: false }).json())).toMatchObject({ kind, code });
  });
});

describe('Retry-After', () => {
  it.each([429, 503])('of a %i says how long to wait', async (status) => {
    await using provider = await startProvider((response) => response.writeHead(status, { 'retry-after': '17' }).end());
    using http = opened({ baseUrl: provider.url });
    expect(await rejection(http.post('send'))).toMatchObject({ kind: 'transient', retryAfterMs: 17_000 });
  });

  const read = (value: string) => retryAfter(new Headers({ 'retry-after': value }));

  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
  ])('"%s" is %i ms', (value, ms) => {
    expect(read(value)).toBe(ms);
  });

  it('is a date in any of its three forms', () => {
    const inAnHour = new Date(Date.now() + 3_600_000);
    const [day = '', date = '', month = '', year = '', time = ''] = inAnHour.toUTCString().replace(',', '').split(' ');
    const long = inAnHour.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' });
    for (const form of [
      inAnHour.toUTCString(),
      `${long}, ${date}-${month}-${year.slice(2)} ${time} GMT`,
      `${day} ${month} ${date.replace(/^0/, ' ')} ${time} ${year}`,
    ]) {
      expect(read(form), form).toBeGreaterThan(3_590_000);
      expect(read(form), form).toBeLessThanOrEqual(3_600_000);
    }
  });

  it.each(['', 'soon', '-5', '1.5', 'in 5 minutes', 'May 5', '1e3', '10, 20', 'Sunday', '99 99 99'])('"%s" is ignored', (value) => {
    expect(read(value)).toBeUndefined();
  });

  it('may be missing', () => {
    expect(retryAfter(new Headers())).toBeUndefined();
  });
});

describe('a reply that should be JSON', () => {
  it.each(['<html>Hello</html>', '{"half":', ''])('and is "%s" leaves the outcome unknown', async (body) => {
    await using provider = await startProvider((response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body));
    using http = opened({ baseUrl: provider.url });
    expect(await rejection(http.post('send').json())).toMatchObject({
      kind: 'unknown',
      code: 'http_unreadable',
      message: `The reply is not JSON: ${body}`,
    });
    expect(await rejection(http.post('send').then((response) => response.json()))).toMatchObject({ code: 'http_unreadable' });
  });

  it('and is the page of a gateway gives the error of its status, also with `throwHttpErrors: false`', async () => {
    await using provider = await startProvider((response) => response.writeHead(503, { 'retry-after': '9' }).end('<html>Busy</html>'));
    using http = opened({ baseUrl: provider.url });
    expect(await rejection(http.post('send', { throwHttpErrors: false }).json())).toMatchObject({ code: 'http_503', retryAfterMs: 9_000 });
  });
});
