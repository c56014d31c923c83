import { rejection } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { getAddress } from '../src/address.ts';
import { badAddresses } from './bad-addresses.ts';

describe('an address', () => {
  it.each([
    ['ann@example.com', 'ann@example.com'],
    ['Ann@EXAMPLE.com', 'ann@example.com'],
    ['ann@example.com.', 'ann@example.com'],
    ['Ann@Example.com/The Phone', 'ann@example.com/The Phone'],
    ['ann@example.com/a/b@c', 'ann@example.com/a/b@c'],
    ['Room.1@conference.example.com', 'room.1@conference.example.com'],
    ['ZOË@Bücher.example', 'zoë@bücher.example'],
    ['zoe\u0308@example.com', 'zoë@example.com'],
    ['ａｎｎ@ｅｘａｍｐｌｅ．ｃｏｍ', 'ann@example.com'],
    ['ｶﾞ@example.com．', 'ガ@example.com'],
    ['ﬁona@example.com', 'fiona@example.com'],
    ['ann@xn--bcher-kva.example', 'ann@bücher.example'],
    ['ann@例え.example', 'ann@例え.example'],
    ['ann@xn--ll-0ea.example', 'ann@l·l.example'],
    ['root@localhost', 'root@localhost'],
    ['ann@127.0.0.1', 'ann@127.0.0.1'],
    ['o\\27neil@example.com', 'o\\27neil@example.com'],
    [`${'a'.repeat(1_023)}@example.com`, `${'a'.repeat(1_023)}@example.com`],
  ])('%s is stored as %s, which is stored as itself', (given, stored) => {
    expect(getAddress(given)).toBe(stored);
    expect(getAddress(stored)).toBe(stored);
  });

  it.each<[unknown, string]>([
    ['', 'is empty'],
    ['ann', 'name@example.com'],
    ['example.com', 'name@example.com'],
    ['ann@bob@example.com', 'name@example.com'],
    ['o"neil@example.com', 'before the @'],
    ['ann:bob@example.com', 'before the @'],
    ['ann smith@example.com', 'before the @'],
    ['ann\u3000smith@example.com', 'before the @'],
    ['ann＠bob@example.com', 'before the @'],
    ['ann／bob@example.com', 'before the @'],
    ['ann＠example.com', 'name@example.com'],
    ['ann@exa mple.com', 'no valid domain'],
    ['ann@[::1]', 'no valid domain'],
    ['ann@ex%61mple.com', 'no valid domain'],
    ...['?', '#', '\\', '%2f', '／', ':'].map((end): [string, string] => [`mallory@evil.example${end}.corp.example`, 'no valid domain']),
    ['mallory@0x7f.1', 'no valid domain'],
    ['mallory@2130706433', 'no valid domain'],
    ['ann@exa_mple.com', 'no valid domain'],
    // The domain would be stored as `i❤.example`, which is invalid.
    ['ann@xn--i-7iq.example', 'no valid domain'],
    ['ann@example.com/', 'after the /'],
    ['ann@example.com/ ', 'after the /'],
    ['ann@example.com\r\n/x', 'line break'],
    ['ann@example.com/\u2028', 'line break'],
    ['ann@example.com/\uffff', 'control character'],
    ['\ud800@example.com', 'surrogate'],
    [`${'ë'.repeat(512)}@example.com`, 'more than 1023 bytes'],
    [`ann@example.com/${'ë'.repeat(512)}`, 'more than 1023 bytes'],
    [7, 'must be a string'],
    [null, 'must be a string'],
  ])('%j is refused: %s', async (given, reason) => {
    const error = await rejection(() => getAddress(given));
    expect(error).toMatchObject({ kind: 'address', code: 'xmpp_address' });
    expect(error.message).toContain(reason);
    expect(error.message).not.toMatch(/[\r\n\u2028]/);
  });

  it.each(badAddresses)('%j is refused', async (given) => {
    expect(await rejection(() => getAddress(given))).toMatchObject({ kind: 'address', code: 'xmpp_address' });
  });

  it('is cut short in an error', async () => {
    expect((await rejection(() => getAddress('x'.repeat(100_000)))).message.length).toBeLessThan(200);
  });
});
