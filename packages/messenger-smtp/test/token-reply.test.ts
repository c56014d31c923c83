import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { findSecret } from '@sitemessage/core/testing';
import { never, rejection, startRaw } from '@sitemessage/test-support';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { smtp } from '../src/index.ts';
import { fetchToken } from '../src/token.ts';
import { sandboxed } from './sandboxed.ts';
import { startTokenEndpoint } from './token-endpoint.ts';

const running = sandboxed();
const oauth2 = { clientId: 'shop', clientSecret: 'client-secret', refreshToken: 'refresh-token' };
const token = JSON.stringify({ access_token: 'token' });
const mebibyte = 1_024 * 1_024;

describe('a reply of a token server', () => {
  it('is not decompressed, because a small reply could become very large', async () => {
    const packed = gzipSync(token.padEnd(16 * mebibyte));
    await using endpoint = await startTokenEndpoint(packed, 200, { 'content-encoding': 'gzip' });
    const error = await rejection(fetchToken({ ...oauth2, accessUrl: endpoint.url }));
    expect(error).toMatchObject({ code: 'EOAUTH2', message: expect.stringContaining('without a token') });
  });

  it('is read up to 8 MiB', async () => {
    await using endpoint = await startTokenEndpoint(token.padEnd(9 * mebibyte));
    const error = await rejection(fetchToken({ ...oauth2, accessUrl: endpoint.url }));
    expect(error).toMatchObject({ code: 'EFETCH', message: expect.stringContaining('longer than 8 MiB') });
  });

  it('holds no token when it is nested too deeply', async () => {
    await using endpoint = await startTokenEndpoint(`{"access_token":"token","x":${'['.repeat(1_000)}${']'.repeat(1_000)}}`);
    expect(await rejection(fetchToken({ ...oauth2, accessUrl: endpoint.url }))).toMatchObject({ code: 'EOAUTH2' });
  });

  it('goes through no proxy of the environment', async () => {
    await using proxy = await startRaw();
    await using endpoint = await startTokenEndpoint({ access_token: 'token' });
    const proxyUrl = `http://127.0.0.1:${proxy.port}`;
    const env = { ...process.env, NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxyUrl, http_proxy: proxyUrl, NO_PROXY: '', no_proxy: '' };
    const args = [fileURLToPath(new URL('./fetch-token.ts', import.meta.url)), endpoint.url];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 20_000 });
    expect(stdout).toBe('token');
    expect(proxy.heard()).toBe('');
  });
});

it('no fetched token is shown, even an old one', async () => {
  const { password: _, ...rest } = running.sandbox.smtp.options;
  const tokens = Array.from({ length: 6 }, (_, index) => `access-token-${index}-of-the-account`);
  let used = 0;
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  await using endpoint = await startTokenEndpoint(() => ({ access_token: tokens[used++], expires_in: 60 }));
  const messenger = smtp({ ...rest, oauth2: { ...oauth2, accessUrl: endpoint.url } });
  for (const _ of tokens) {
    running.sandbox.smtp.fail({ at: 'auth', reply: `535 5.7.8 No: ${tokens.join(' ')}` });
    vi.setSystemTime(Date.now() + 60_001);
    const error = await rejection(messenger.open(never()));
    expect(findSecret(error, tokens.slice(0, used))).toBeUndefined();
  }
  expect(used).toBe(tokens.length);
});
