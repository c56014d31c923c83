import { sendTestMessage } from '@sitemessage/core';
import { startSandbox } from '@sitemessage/sandbox';
import { describe, expect, it } from 'vitest';
import { pigeonPost as protocol } from '../sandbox/emulator.ts';
import { pigeonPost } from '../src/index.ts';

describe('a reply', () => {
  it.each([
    [401, { error: 'unauthorized' }, { kind: 'configuration', code: 'pigeon_post_token' }],
    [404, { error: 'unknown_recipient' }, { kind: 'permanent', code: 'pigeon_post_unknown_recipient', recipientGone: true }],
    [400, { error: 'bad_text' }, { kind: 'permanent', code: 'pigeon_post_refused', recipientGone: false }],
    [429, { error: 'recipient_limit' }, { kind: 'transient', code: 'pigeon_post_recipient_limit', scope: 'address' }],
    [429, { error: 'limit' }, { kind: 'transient', code: 'pigeon_post_limit', scope: 'messenger' }],
    [429, '<h1>Too Many Requests</h1>', { kind: 'transient', code: 'pigeon_post_limit', scope: 'messenger' }],
    [503, { error: 'unavailable' }, { kind: 'transient', code: 'pigeon_post_unavailable', scope: 'dispatch' }],
    [502, '<h1>Bad Gateway</h1>', { kind: 'unknown', code: 'pigeon_post_unreadable' }],
    [200, '<h1>Welcome to our WiFi</h1>', { kind: 'unknown', code: 'pigeon_post_unreadable' }],
    [302, '', { kind: 'configuration', code: 'pigeon_post_gateway' }],
    [403, '<h1>Blocked</h1>', { kind: 'configuration', code: 'pigeon_post_gateway' }],
  ])('with status %i and %j becomes an error that says what to do next', async (status, body, error) => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    sandbox['pigeon-post'].answer({ status, body });
    await expect(sendTestMessage(pigeonPost(sandbox['pigeon-post'].options), 'ann')).rejects.toMatchObject(error);
    expect(sandbox.inbox.all()).toEqual([]);
  });

  it('can say how long to wait', async () => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    sandbox['pigeon-post'].answer({ status: 429, headers: { 'retry-after': '7' }, body: { error: 'limit' } });
    const sent = sendTestMessage(pigeonPost(sandbox['pigeon-post'].options), 'ann');
    await expect(sent).rejects.toMatchObject({ retryAfterMs: 7_000 });
  });
});

describe('a text that the provider would refuse or cut', () => {
  it.each([
    ['', 'pigeon_post_empty'],
    ['x'.repeat(4_001), 'pigeon_post_too_long'],
  ])('is refused before it is sent', async (text, code) => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    const sent = sendTestMessage(pigeonPost(sandbox['pigeon-post'].options), 'ann', text);
    await expect(sent).rejects.toMatchObject({ kind: 'permanent', code });
  });
});

describe('a wrong option', () => {
  it.each([
    ['token', { token: '' }],
    ['token', { token: 'with spaces' }],
    ['apiRoot', { token: 'a-good-token', apiRoot: 'ftp://example.com' }],
    ['proxy', { token: 'a-good-token', proxy: 'not a proxy' }],
  ])('is refused with an error that names it: %s', (field, options) => {
    expect(() => pigeonPost(options)).toThrow(expect.objectContaining({ code: 'option_invalid', field }));
  });
});
