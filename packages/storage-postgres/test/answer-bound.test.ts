import { PassThrough } from 'node:stream';
import type { Connection } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { boundAnswers } from '../src/answer-bound.ts';
import { postgresStorage } from '../src/index.ts';
import { authenticationOk, message, readyForQuery, startFakeServer } from './fake-server.ts';

const mebibyte = 1_024 * 1_024;
const tooMuch = { kind: 'transient', code: 'storage_unreachable', message: expect.stringContaining('more than the longest answer') };

/** Returns the header of a message of this length. */
function declared(code: string, length: number): Buffer {
  const head = Buffer.alloc(5);
  head.write(code);
  head.writeUInt32BE(length, 1);
  return head;
}

describe('a server that sends too much', () => {
  it.each([
    ['in its greeting', declared('R', mebibyte)],
    ['in its greeting, in many messages', Buffer.concat(Array.from({ length: 70 }, () => message('R', Buffer.alloc(1_024))))],
    ['in one message of an answer', Buffer.concat([authenticationOk, readyForQuery, declared('D', 150 * mebibyte)])],
    ['in one message that belongs to no answer', Buffer.concat([authenticationOk, readyForQuery, declared('N', 150 * mebibyte)])],
  ])('is disconnected at once: %s', async (_, said) => {
    const storage = postgresStorage({ connectionString: await startFakeServer((socket) => socket.write(said)) });
    onTestFinished(() => storage.close());
    // The pool may hand over the connection before it reads the rest.
    await expect(storage.clock()).rejects.toMatchObject({ code: 'storage_unreachable' });
  });
});

/** Makes a connection after its login, on which the test sends bytes as the server. */
function connected() {
  const stream = new PassThrough();
  const errors: unknown[] = [];
  stream.on('error', (error) => errors.push(error));
  boundAnswers({ stream, ssl: false } as unknown as Connection);
  const send = (bytes: Buffer): unknown => stream.emit('data', bytes);
  send(readyForQuery);
  return { send, errors, stream };
}

const row = message('D', Buffer.alloc(32 * mebibyte));

describe('an answer', () => {
  it('may have many rows, but not more than the limit', async () => {
    const { send, errors, stream } = connected();
    for (let count = 0; count < 15; count++) send(row);
    expect(stream.destroyed).toBe(false);
    send(row);
    expect(stream.destroyed).toBe(true);
    await expect.poll(() => errors).toMatchObject([tooMuch]);
  });

  it('is counted from 0 after ReadyForQuery', () => {
    const { send, stream } = connected();
    for (let answer = 0; answer < 3; answer++) {
      for (let count = 0; count < 10; count++) send(row);
      send(readyForQuery);
    }
    expect(stream.destroyed).toBe(false);
  });

  it('does not include asynchronous messages', () => {
    const { send, stream } = connected();
    const notice = message('N', Buffer.alloc(32 * mebibyte));
    for (let count = 0; count < 40; count++) send(notice);
    expect(stream.destroyed).toBe(false);
  });

  it('is measured however its bytes are split', () => {
    const { send, stream } = connected();
    const said = Buffer.concat([message('N', 'x'), message('C', ''), readyForQuery, declared('D', 150 * mebibyte)]);
    for (const byte of said.subarray(0, -1)) send(Buffer.of(byte));
    expect(stream.destroyed).toBe(false);
    send(said.subarray(-1));
    expect(stream.destroyed).toBe(true);
  });
});
