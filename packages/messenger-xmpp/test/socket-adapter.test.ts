import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { SocketAdapter } from '../src/socket-adapter.ts';

describe('a socket adapter', () => {
  it('does not end the process by an error after the library has stopped listening', () => {
    const socket = new Socket();
    const adapter = new SocketAdapter(socket, false);
    expect(() => socket.emit('error', new Error('ECONNRESET'))).not.toThrow();
    expect(() => adapter.destroy(new Error('stopped'))).not.toThrow();
  });

  it('emits the reason of its end once', () => {
    const adapter = new SocketAdapter(new Socket(), false);
    const emitted: Error[] = [];
    adapter.on('error', (error) => emitted.push(error));
    adapter.destroy(new Error('stopped'));
    adapter.destroy(new Error('stopped again'));
    expect(emitted).toEqual([new Error('stopped')]);
  });

  it('breaks no character', async () => {
    const socket = new Socket();
    const adapter = new SocketAdapter(socket, true);
    const emitted: string[] = [];
    adapter.on('data', (text) => emitted.push(text));
    adapter.connect();
    const bytes = Buffer.from('zoë 世');
    for (const byte of bytes) socket.push(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
    expect(emitted.join('')).toBe('zoë 世');
    adapter.destroy(new Error('done'));
  });
});
