import { createServer } from 'node:net';
import { sendTestMessage } from '@sitemessage/core';
import { startSandbox } from '@sitemessage/sandbox';
import { describe, expect, it } from 'vitest';
import { myProtocol as protocol } from '../sandbox/emulator.ts';
import { myProtocol } from '../src/index.ts';

describe('a reply', () => {
  it.each([
    [{ error: 'unauthorized' }, { kind: 'configuration', code: 'my_protocol_token' }],
    [{ error: 'unknown_recipient' }, { kind: 'permanent', code: 'my_protocol_unknown_recipient', recipientGone: true }],
    [{ error: 'bad_text' }, { kind: 'permanent', code: 'my_protocol_refused', recipientGone: false }],
    [
      { error: 'recipient_limit', retryAfter: 7 },
      { kind: 'transient', code: 'my_protocol_recipient_limit', scope: 'address', retryAfterMs: 7_000 },
    ],
    [{ error: 'limit' }, { kind: 'transient', code: 'my_protocol_limit', scope: 'messenger' }],
    [{ error: 'unavailable' }, { kind: 'transient', code: 'my_protocol_unavailable', scope: 'dispatch' }],
  ])('of %j is an error that says what to do next', async (refusal, error) => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    sandbox['my-protocol'].refuse(refusal);
    await expect(sendTestMessage(myProtocol(sandbox['my-protocol'].options), 'ann')).rejects.toMatchObject(error);
    expect(sandbox.inbox.all()).toEqual([]);
  });
});

describe('a line', () => {
  const broken = { kind: 'transient', code: 'my_protocol_connection', sessionLost: true };

  it('that breaks at the login has sent nothing', async () => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    sandbox['my-protocol'].hangUp();
    await expect(sendTestMessage(myProtocol(sandbox['my-protocol'].options), 'ann')).rejects.toMatchObject(broken);
  });

  it('that cannot be opened has sent nothing', async () => {
    const token = 'a-token-that-nobody-should-see';
    await expect(sendTestMessage(myProtocol({ token, host: '127.0.0.1', port: 1 }), 'ann')).rejects.toMatchObject(broken);
  });

  it('that breaks after the message was taken leaves its outcome unknown', async () => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    sandbox['my-protocol'].emulator.fail({ kind: 'unknown', when: 'after' });
    const sent = sendTestMessage(myProtocol(sandbox['my-protocol'].options), 'ann');
    await expect(sent).rejects.toMatchObject({ kind: 'unknown', code: 'my_protocol_line_broke', sessionLost: true });
  });

  it('on which nothing is said does not keep a message for ever', async () => {
    const silent = createServer((socket) => {
      socket.write('{}\n');
      socket.resume();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const messenger = myProtocol({ token: 'a-token-that-nobody-should-see', host: '127.0.0.1', port, tls: false, timeoutMs: 100 });
    await expect(sendTestMessage(messenger, 'ann')).rejects.toMatchObject({ kind: 'unknown', code: 'my_protocol_no_reply' });
    await new Promise((resolve) => silent.close(resolve));
  });
});

describe('a message that the provider would not take as it is', () => {
  it.each([
    ['', 'my_protocol_empty'],
    ['x'.repeat(4_001), 'my_protocol_too_long'],
  ])('is refused before it is sent', async (text, code) => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    const sent = sendTestMessage(myProtocol(sandbox['my-protocol'].options), 'ann', text);
    await expect(sent).rejects.toMatchObject({ kind: 'permanent', code });
  });
});

describe('an option that cannot work', () => {
  it.each([
    ['token', { token: '' }],
    ['host', { token: 'a-good-token', host: '' }],
    ['port', { token: 'a-good-token', port: 70_000 }],
  ])('is refused by its name: %s', (name, options) => {
    expect(() => myProtocol(options)).toThrow(
      expect.objectContaining({ kind: 'configuration', message: expect.stringContaining(`\`${name}\``) }),
    );
  });
});
