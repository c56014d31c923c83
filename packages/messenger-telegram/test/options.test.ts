import { rejection } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { type TelegramOptions, telegram } from '../src/index.ts';

const token = '123456789:AAthirty-five-characters-of-a-token';
const make = (options: object) => telegram({ token, ...options } as TelegramOptions);

describe('an option that cannot work', () => {
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
  ])('is refused by its name, without what it is: %s in %o', async (name, options) => {
    const error = await rejection(() => make(options));
    expect(error).toMatchObject({ kind: 'configuration', code: 'telegram_option', message: expect.stringContaining(`\`${name}\``) });
    expect(error.message).not.toMatch(/AAthirty|secret/);
  });

  it.each(['not a proxy', 'ftp://127.0.0.1:21', 'socks5://127.0.0.1', { ftp: 'socks5://127.0.0.1:1080' }, 7])(
    'is a proxy that is none: %o',
    async (proxy) => {
      const error = await rejection(() => make({ proxy }));
      expect(error).toMatchObject({ kind: 'configuration', code: 'option_invalid', message: expect.stringContaining('`proxy`') });
    },
  );

  it('is known when a session is opened, of a proxy that a function gives', async () => {
    const messenger = make({ proxy: () => 'not a proxy' });
    const { signal } = new AbortController();
    expect(await rejection(messenger.open({ signal }))).toMatchObject({ kind: 'configuration', code: 'option_invalid' });
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

  it('keeps to what Telegram allows the bot, a chat and a group', () => {
    expect(limits('12345678')).toEqual([
      { key: 'telegram 123456789', intervalMs: 35, burst: 1 },
      { key: 'telegram 123456789 12345678', intervalMs: 1_000, burst: 1 },
    ]);
    for (const group of ['-777', '-1001234567890', '@mychannel']) expect(limits(group)).toHaveLength(3);
  });

  it('counts for the bot, whatever alias it has, and shows nothing of its token', () => {
    expect(make({ alias: 'alerts' }).limits?.('7')).toEqual(limits('7'));
    expect(JSON.stringify(limits('-7'))).not.toContain('AAthirty');
  });
});
