import { describe, expect, it } from 'vitest';
import { errorFor, failureOf } from '../src/errors.ts';
import { type MyProtocolOptions, myProtocol } from '../src/index.ts';

describe('a reply', () => {
  it.each([
    [302, { kind: 'configuration', code: 'my_protocol_gateway' }],
    [401, { kind: 'configuration', code: 'my_protocol_token' }],
    [404, { kind: 'configuration', code: 'my_protocol_gateway' }],
    [405, { kind: 'configuration', code: 'my_protocol_gateway' }],
    [400, { kind: 'permanent', code: 'my_protocol_refused', recipientGone: false }],
    [410, { kind: 'permanent', code: 'my_protocol_refused', recipientGone: true }],
    [429, { kind: 'transient', code: 'my_protocol_limit', scope: 'messenger', retryAfterMs: 7_000 }],
    [502, { kind: 'unknown', code: 'my_protocol_unreadable' }],
    [503, { kind: 'transient', code: 'my_protocol_unavailable', scope: 'dispatch' }],
  ])('with status %i becomes an error that says what to do next', (status, error) => {
    expect(errorFor(new Response(null, { status, headers: { 'retry-after': '7' } }))).toMatchObject(error);
  });

  it('that never came becomes an error that says if the message can have been sent', () => {
    expect(failureOf(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }))).toMatchObject({ kind: 'transient' });
    expect(failureOf(new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } }))).toMatchObject({ kind: 'unknown' });
  });
});

describe('a wrong option', () => {
  const token = 'a-good-token';

  it.each<[string, object]>([
    ['token', { token: '' }],
    ['token', { token: 'a-good-token\n' }],
    ['token', { token: 7 }],
    ['apiRoot', { token, apiRoot: 'not a url' }],
    ['apiRoot', { token, apiRoot: 'ftp://example.com' }],
    ['apiRoot', { token, apiRoot: 'https://user:password@example.com' }],
    ['apiRoot', { token, apiRoot: 'https://example.com/?version=1' }],
  ])('is refused with an error that names it: %s', (field, options) => {
    expect(() => myProtocol(options as MyProtocolOptions)).toThrow(expect.objectContaining({ code: 'option_invalid', field }));
  });
});
