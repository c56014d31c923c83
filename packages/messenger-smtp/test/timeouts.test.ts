import { never, type RawServer, rejection, startRaw } from '@sitemessage/test-support';
import { startHttpProxy } from '@sitemessage/test-support/proxies';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { smtp } from '../src/index.ts';

const from = 'shop@example.com';
const setUpMs = 10_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

/**
 * Opens a session. When the client waits for the server, advances the clock to the end of the time that the
 * server has.
 */
async function openingAt(server: RawServer, options: Partial<Parameters<typeof smtp>[0]>, isWaiting: () => boolean): Promise<unknown> {
  const opening = rejection(smtp({ host: '127.0.0.1', port: server.port, from, ...options }).open(never()));
  while (!isWaiting()) await new Promise((resolve) => setImmediate(resolve));
  // The client arms its timer in a turn after the one in which the server sees it.
  for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  await vi.advanceTimersByTimeAsync(setUpMs);
  return opening;
}

describe('a server that accepts a connection', () => {
  it.each(['starttls', 'none'] as const)('and does not greet is closed after 10 s, with tls: %s', async (tls) => {
    await using server = await startRaw();
    expect(await openingAt(server, { tls }, () => server.connections() === 1)).toMatchObject({
      kind: 'transient',
      code: 'smtp_connection',
      sessionLost: true,
      message: 'The server could not be reached: it did not greet within 10 s',
    });
  });

  it('and does not answer TLS is closed after 10 s', async () => {
    await using server = await startRaw();
    expect(await openingAt(server, { tls: 'implicit' }, () => server.heard() !== '')).toMatchObject({
      kind: 'transient',
      code: 'smtp_connection',
      message: 'The server could not be reached: it did not connect and encrypt within 10 s',
    });
  });

  it('and does not encrypt after STARTTLS is closed after 10 s', async () => {
    await using server = await startRaw((socket) => {
      socket.write('220 mail.example.com\r\n');
      socket.once('data', () => {
        socket.write('250-mail.example.com\r\n250 STARTTLS\r\n');
        socket.once('data', () => socket.write('220 Go ahead\r\n'));
      });
    });
    // The TLS handshake record of the client.
    expect(await openingAt(server, {}, () => server.heard().includes('\x16\x03'))).toMatchObject({
      kind: 'transient',
      code: 'smtp_connection',
      message: 'The server could not be reached: it did not encrypt within 10 s',
    });
  });

  it.each(['starttls', 'none'] as const)('at port 465 and does not greet wants `implicit`, not %s', async (tls) => {
    await using server = await startRaw();
    // Only root can listen at 465. The proxy leads elsewhere.
    await using proxy = await startHttpProxy({ names: { 'mail.example.com': server.port } });
    const options = { host: 'mail.example.com', port: 465, tls, proxy: `http://127.0.0.1:${proxy.port}` };
    expect(await openingAt(server, options, () => server.connections() === 1)).toMatchObject({
      kind: 'configuration',
      code: 'smtp_tls_unavailable',
      message: expect.stringMatching(/did not greet within 10 s\. Port 465 wants `tls: 'implicit'` or an smtps:\/\/ `url`\.$/),
    });
  });
});
