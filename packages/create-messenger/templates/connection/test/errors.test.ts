import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { sendTestMessage } from '@sitemessage/core';
import { startSandbox } from '@sitemessage/sandbox';
import { describe, expect, it } from 'vitest';
import { myProtocol as protocol } from '../sandbox/emulator.ts';
import { myProtocol } from '../src/index.ts';

const token = 'a-token-that-nobody-should-see';

/** Starts a server that accepts every login, and calls `answer` for each message. */
async function startServer(answer: (socket: Socket, id: string) => void) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    createInterface({ input: socket }).on('line', (raw) => {
      const { login, id } = JSON.parse(raw);
      if (login === undefined) answer(socket, id);
      else socket.write('{}\n');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    options: { token, host: '127.0.0.1', port, tls: false },
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

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
  ])('with %j becomes an error that says what to do next', async (refusal, error) => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    sandbox['my-protocol'].refuse(refusal);
    await expect(sendTestMessage(myProtocol(sandbox['my-protocol'].options), 'ann')).rejects.toMatchObject(error);
    expect(sandbox.inbox.all()).toEqual([]);
  });
});

describe('a connection', () => {
  const broken = { kind: 'transient', code: 'my_protocol_connection', sessionLost: true };

  it('that ends at the login has sent nothing', async () => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    sandbox['my-protocol'].hangUp();
    await expect(sendTestMessage(myProtocol(sandbox['my-protocol'].options), 'ann')).rejects.toMatchObject(broken);
  });

  it('that cannot be opened has sent nothing', async () => {
    await expect(sendTestMessage(myProtocol({ token, host: '127.0.0.1', port: 1 }), 'ann')).rejects.toMatchObject(broken);
  });

  it('that ends after the message was accepted leaves the outcome unknown', async () => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    sandbox['my-protocol'].emulator.fail({ kind: 'unknown', when: 'after' });
    const sent = sendTestMessage(myProtocol(sandbox['my-protocol'].options), 'ann');
    await expect(sent).rejects.toMatchObject({ kind: 'unknown', code: 'my_protocol_interrupted', sessionLost: true });
  });

  it('to a server with a certificate that is not trusted is a configuration error', async () => {
    await using sandbox = await startSandbox({ protocols: ['smtp'] });
    const sent = sendTestMessage(myProtocol({ token, host: '127.0.0.1', port: sandbox.smtp.ports.implicit }), 'ann');
    await expect(sent).rejects.toMatchObject({ kind: 'configuration', code: 'my_protocol_certificate' });
  });

  it('without a reply ends the wait after the timeout', async () => {
    await using server = await startServer(() => undefined);
    const sent = sendTestMessage(myProtocol({ ...server.options, timeoutMs: 500 }), 'ann');
    await expect(sent).rejects.toMatchObject({ kind: 'unknown', code: 'my_protocol_no_reply' });
  });

  it.each([
    ['is not JSON', () => 'what?\n'],
    ['is a list', () => '[]\n'],
    ['has an id of another type', (re: string) => `{"re":"${re}","id":7}\n`],
    ['has an error of another type', (re: string) => `{"re":"${re}","error":{"code":7}}\n`],
    ['has a message of another type', (re: string) => `{"re":"${re}","error":"limit","message":7}\n`],
    ['does not end', () => 'x'.repeat(70_000)],
  ])('ends when a reply %s', async (_, reply) => {
    await using server = await startServer((socket, id) => socket.write(reply(id)));
    const sent = sendTestMessage(myProtocol({ ...server.options, timeoutMs: 5_000 }), 'ann');
    await expect(sent).rejects.toMatchObject({ kind: 'unknown', code: 'my_protocol_interrupted' });
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
    ['host', { token: 'a-good-token', host: '' }],
    ['port', { token: 'a-good-token', port: 70_000 }],
  ])('is refused with an error that names it: %s', (field, options) => {
    expect(() => myProtocol(options)).toThrow(expect.objectContaining({ code: 'option_invalid', field }));
  });
});

describe('the emulator', () => {
  it.each(['what?', 'null', '{"login":7}'])('disconnects a client that sends %s, and goes on', async (said) => {
    await using sandbox = await startSandbox({ protocols: [protocol] });
    const { options } = sandbox['my-protocol'];
    const socket = connect(options.port, options.host).resume();
    socket.write(`${said}\n`);
    await once(socket, 'close');
    await sendTestMessage(myProtocol(options), 'ann');
    expect(sandbox.inbox.to('ann')).toHaveLength(1);
  });
});
