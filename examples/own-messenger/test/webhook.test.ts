import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CommonOptions, createSitemessage, type OptionsOf, sendTestMessage } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type WebhookOptions, webhook } from '../src/webhook.ts';
import { startProvider } from './provider.ts';

const token = 'a-token-that-nobody-should-see';

describe('the webhook messenger', () => {
  it('is found by its alias and delivers', async () => {
    const { url, emulator, close } = await startProvider(token);
    const site = createSitemessage({ storage: memoryStorage(), messengers: { webhook: { token } } });
    await site.scheduleMessages('Hi there!', site.recipients('webhook', `${url}/ann`));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 1 });
    expect(emulator.received()).toEqual([{ address: `${url}/ann`, text: 'Hi there!' }]);
    await site.close();
    await close();
  });

  it('accepts the options of every messenger', async () => {
    expectTypeOf<OptionsOf<'webhook'>>().toEqualTypeOf<WebhookOptions & CommonOptions>();
    const site = createSitemessage({ storage: memoryStorage(), messengers: { webhook: { token, timeoutMs: 5_000 } } });
    expect(site.getRegisteredMessenger('webhook').timeoutMs).toBe(5_000);
    await site.close();
  });

  it.each([301, 302, 303, 307, 308])('fails at a %i instead of following it, because a GET would lose the message', async (status) => {
    const methods: (string | undefined)[] = [];
    const server = createServer(({ method }, response) => {
      methods.push(method);
      response.writeHead(methods.length === 1 ? status : 204, { location: '/moved', connection: 'close' }).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(sendTestMessage(webhook({ token }), `http://127.0.0.1:${port}/ann`)).rejects.toMatchObject({ kind: 'permanent' });
    expect(methods).toEqual(['POST']);
    server.close();
    await once(server, 'close');
  });

  it.each(['http://shop@example.com/', 'https://shop:secret@example.com/', 'https://:secret@example.com/'])(
    'refuses a URL that fetch refuses, and shows no password: %s',
    (url) => {
      expect(() => webhook({ token }).getAddress(url)).toThrow('the address must be an http or https URL without user and password.');
    },
  );
});
