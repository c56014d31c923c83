import { rejection } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { type TelegramOptions, telegram } from '../src/index.ts';

const token = '123456789:AAthirty-five-characters-of-a-token';
const make = (options: object) => telegram({ token, ...options } as TelegramOptions);

describe('a wrong option', () => {
  it.each<[string, object]>([
    ['token', { token: undefined }],
    ['token', { token: '' }],
    ['token', { token: 7 }],
    ['token', { token: '123456789' }],
    ['token', { token: 'AAthirty-five-characters-of-a-token' }],
    ['token', { token: `bot${token}` }],
    ['token', { token: `${token}/../` }],
    ['token', { token: `${token}\n` }],
    ['apiRoot', { apiRoot: 'api.telegram.org' }],
    ['apiRoot', { apiRoot: 'ftp://api.telegram.org' }],
    ['apiRoot', { apiRoot: 'https://user:secret@api.telegram.org' }],
    ['apiRoot', { apiRoot: 'https://api.telegram.org/?x=1' }],
    ['apiRoot', { apiRoot: 7 }],
    ['parseMode', { parseMode: 'html' }],
    ['parseMode', { parseMode: 'Markdown' }],
    ['onTooLong', { onTooLong: 'cut' }],
  ])('is named and not shown: %s in %o', async (name, options) => {
    const error = await rejection(() => make(options));
    expect(error).toMatchObject({
      name: 'ArgumentError',
      kind: 'configuration',
      code: 'option_invalid',
      field: name,
      message: expect.stringContaining(`\`${name}\` of telegram must `),
    });
    expect(error.message).not.toMatch(/AAthirty|secret/);
  });

  it.each(['not a proxy', 'ftp://127.0.0.1:21', 'socks5://127.0.0.1', { ftp: 'socks5://127.0.0.1:1080' }, 7])(
    'is refused for `proxy`: %o',
    async (proxy) => {
      const error = await rejection(() => make({ proxy }));
      expect(error).toMatchObject({ name: 'ArgumentError', code: 'option_invalid', field: 'proxy' });
    },
  );

  it('from a function `proxy` is refused when a session is opened', async () => {
    const messenger = make({ proxy: () => 'not a proxy' });
    const { signal } = new AbortController();
    expect(await rejection(messenger.open({ signal }))).toMatchObject({ name: 'ArgumentError', code: 'option_invalid', field: 'proxy' });
  });
});

describe('telegram.address', () => {
  it('makes an address of a text', () => {
    expect(telegram.address('@MyChannel')).toBe('@mychannel');
    expect(() => telegram.address('ann')).toThrow(expect.objectContaining({ kind: 'address', code: 'telegram_address' }));
  });
});

describe('a messenger', () => {
  const limits = (address: string) => make({}).limits?.(address);

  it('has the limits of Telegram for the bot, a chat and a group', () => {
    expect(limits('12345678')).toEqual([
      { key: 'telegram 123456789', intervalMs: 35, burst: 1 },
      { key: 'telegram 123456789 12345678', intervalMs: 1_000, burst: 1 },
    ]);
    for (const group of ['-777', '-1001234567890', '@mychannel']) expect(limits(group)).toHaveLength(3);
  });

  it('has limits for the bot under any alias, and shows no part of the token in them', () => {
    expect(make({ alias: 'alerts' }).limits?.('7')).toEqual(limits('7'));
    expect(JSON.stringify(limits('-7'))).not.toContain('AAthirty');
  });
});
