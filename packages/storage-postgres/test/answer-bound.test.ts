import { PassThrough } from 'node:stream';
import type { Connection } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { boundAnswers } from '../src/answer-bound.ts';
import { postgresStorage } from '../src/index.ts';
import { authenticationOk, message, readyForQuery, startFakeServer } from './fake-server.ts';

const mebibyte = 1_024 * 1_024;
const tooMuch = { kind: 'transient', code: 'storage_unreachable', message: expect.stringContaining('more than any answer has') };

/** The beginning of a message of this length. */
function declared(code: string, length: number): Buffer {
  const head = Buffer.alloc(5);
  head.write(code);
  head.writeUInt32BE(length, 1);
  return head;
}

describe('a server that sends too much', () => {
  it.each([
    ['while it greets', declared('R', mebibyte)],
    ['while it greets, in many messages', Buffer.concat(Array.from({ length: 70 }, () => message('R', Buffer.alloc(1_024))))],
    ['in one message of an answer', Buffer.concat([authenticationOk, readyForQuery, declared('D', 150 * mebibyte)])],
    ['in one message that counts for no answer', Buffer.concat([authenticationOk, readyForQuery, declared('N', 150 * mebibyte)])],
  ])('is left at once: %s', async (_, said) => {
    const storage = postgresStorage({ connectionString: await startFakeServer((socket) => socket.write(said)) });
    onTestFinished(() => storage.close());
    // The connection may be given before the rest is read.
    await expect(storage.clock()).rejects.toMatchObject({ code: 'storage_unreachable' });
  });
});

/** A connection on which a server says what the test wants, and which is logged in. */
function listening() {
  const stream = new PassThrough();
  const errors: unknown[] = [];
  stream.on('error', (error) => errors.push(error));
  boundAnswers({ stream, ssl: false } as unknown as Connection);
  const say = (bytes: Buffer): unknown => stream.emit('data', bytes);
  say(readyForQuery);
  return { say, errors, stream };
}

const row = message('D', Buffer.alloc(32 * mebibyte));

describe('an answer', () => {
  it('may have many rows, but not without end', async () => {
    const { say, errors, stream } = listening();
    for (let count = 0; count < 15; count++) say(row);
    expect(stream.destroyed).toBe(false);
    say(row);
    expect(stream.destroyed).toBe(true);
    await expect.poll(() => errors).toMatchObject([tooMuch]);
  });

  it('begins anew when the server is ready again', () => {
    const { say, stream } = listening();
    for (let answer = 0; answer < 3; answer++) {
      for (let count = 0; count < 10; count++) say(row);
      say(readyForQuery);
    }
    expect(stream.destroyed).toBe(false);
  });

  it('is none with what comes at any time', () => {
    const { say, stream } = listening();
    const notice = message('N', Buffer.alloc(32 * mebibyte));
    for (let count = 0; count < 40; count++) say(notice);
    expect(stream.destroyed).toBe(false);
  });

  it('is measured wherever its bytes are cut', () => {
    const { say, stream } = listening();
    const said = Buffer.concat([message('N', 'x'), message('C', ''), readyForQuery, declared('D', 150 * mebibyte)]);
    for (const byte of said.subarray(0, -1)) say(Buffer.of(byte));
    expect(stream.destroyed).toBe(false);
    say(said.subarray(-1));
    expect(stream.destroyed).toBe(true);
  });
});
