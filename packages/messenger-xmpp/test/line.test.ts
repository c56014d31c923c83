import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Line } from '../src/line.ts';

describe('a line', () => {
  it('that the library has done with does not end the process by its last errors', () => {
    const socket = new Socket();
    const line = new Line(socket, false);
    expect(() => socket.emit('error', new Error('ECONNRESET'))).not.toThrow();
    expect(() => line.destroy(new Error('stopped'))).not.toThrow();
  });

  it('tells whoever waits why it ended, once', () => {
    const line = new Line(new Socket(), false);
    const heard: Error[] = [];
    line.on('error', (error) => heard.push(error));
    line.destroy(new Error('stopped'));
    line.destroy(new Error('stopped again'));
    expect(heard).toEqual([new Error('stopped')]);
  });

  it('cuts no character in two', async () => {
    const socket = new Socket();
    const line = new Line(socket, true);
    const heard: string[] = [];
    line.on('data', (text) => heard.push(text));
    line.connect();
    const bytes = Buffer.from('zoë 世');
    for (const byte of bytes) socket.push(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard.join('')).toBe('zoë 世');
    line.destroy(new Error('done'));
  });
});
