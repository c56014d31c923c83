import { sendTestMessage } from '@sitemessage/core';
import { startSandbox } from '@sitemessage/sandbox';
import { describe, expect, it } from 'vitest';
import { myProtocol as protocol } from '../sandbox/emulator.ts';
import { myProtocol } from '../src/index.ts';

describe('a reply', () => {
  it.each([
    [401, { error: 'unauthorized' }, { kind: 'configuration', code: 'my_protocol_token' }],
    [404, { error: 'unknown_recipient' }, { kind: 'permanent', code: 'my_protocol_unknown_recipient', recipientGone: true }],
    [400, { error: 'bad_text' }, { kind: 'permanent', code: 'my_protocol_refused', recipientGone: false }],
    [429, { error: 'recipient_limit' }, { kind: 'transient', code: 'my_protocol_recipient_limit', scope: 'address' }],
    [429, { error: 'limit' }, { kind: 'transient', code: 'my_protocol_limit', scope: 'messenger' }],
    [429, '<h1>Too Many Requests</h1>', { kind: 'transient', code: 'my_protocol_limit', scope: 'messenger' }],
    [503, { error: 'unavailable' }, { kind: 'transient', code: 'my_protocol_unavailable', scope: 'dispatch' }],
    [502, '<h1>Bad Gateway</h1>', { kind: 'unknown', code: 'my_protocol_unreadable' }],
    [200, '<h1>Welcome to our WiFi</h1>', { kind: 'unknown', code: 'my_protocol_unreadable' }],
    [302, '', { kind: 'configuration', code: 'my_protocol_gateway' }],
    [403, '<h1>Blocked</h1>', { kind: 'configuration', code: 'my_protocol_gateway' }],
  ])('with status %i and %j becomes an error that says what to do next', async (status, body, error) => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    sandbox['my-protocol'].answer({ status, body });
    await expect(sendTestMessage(myProtocol(sandbox['my-protocol'].options), 'ann')).rejects.toMatchObject(error);
    expect(sandbox.inbox.all()).toEqual([]);
  });

  it('can say how long to wait', async () => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    sandbox['my-protocol'].answer({ status: 429, headers: { 'retry-after': '7' }, body: { error: 'limit' } });
    const sent = sendTestMessage(myProtocol(sandbox['my-protocol'].options), 'ann');
    await expect(sent).rejects.toMatchObject({ retryAfterMs: 7_000 });
  });
});

describe('a text that the provider would refuse or cut', () => {
  it.each([
    ['', 'my_protocol_empty'],
    ['x'.repeat(4_001), 'my_protocol_too_long'],
  ])('is refused before it is sent', async (text, code) => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    const sent = sendTestMessage(myProtocol(sandbox['my-protocol'].options), 'ann', text);
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
    expect(() => myProtocol(options)).toThrow(expect.objectContaining({ code: 'option_invalid', field }));
  });
});
