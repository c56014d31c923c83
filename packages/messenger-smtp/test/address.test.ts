import { rejection } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { getAddress } from '../src/address.ts';

const local = (length: number): string => 'a'.repeat(length);
/** Makes a domain of this length, with labels of 49 characters. */
const domain = (length: number): string => `${`${'b'.repeat(49)}.`.repeat(6).slice(3 - length)}com`;

describe('an address', () => {
  it.each([
    ['ann@example.com', 'ann@example.com'],
    ['Ann@EXAMPLE.com', 'Ann@example.com'],
    ['bob.o-neil+news@mail.example.org', 'bob.o-neil+news@mail.example.org'],
    ["!#$%&'*+-/=?^_`{|}~@example.com", "!#$%&'*+-/=?^_`{|}~@example.com"],
    ['zoë@example.com', 'zoë@example.com'],
    ['ann@bücher.example', 'ann@xn--bcher-kva.example'],
    ['ann@BÜCHER.example', 'ann@xn--bcher-kva.example'],
    ['ann@xn--bcher-kva.example', 'ann@xn--bcher-kva.example'],
    ['ann@例え.example', 'ann@xn--r8jz45g.example'],
    ['root@localhost', 'root@localhost'],
    [`${local(64)}@example.com`, `${local(64)}@example.com`],
    [`a@${domain(252)}`, `a@${domain(252)}`],
  ])('%s is stored as %s, which is stored as itself', (given, stored) => {
    expect(getAddress(given)).toBe(stored);
    expect(getAddress(stored)).toBe(stored);
  });

  it.each<[unknown, string]>([
    ['', 'is empty'],
    [' ', 'name@example.com'],
    ['ann', 'name@example.com'],
    ['@example.com', 'name@example.com'],
    ['ann@', 'no valid domain'],
    ['ann@exa mple.com', 'no valid domain'],
    ['ann@example..com', 'no valid domain'],
    ['ann@-example.com', 'no valid domain'],
    ['ann@example.com.', 'no valid domain'],
    ['ann@[127.0.0.1]', 'no valid domain'],
    ...['/', '?', '#', '\\', '%2f', '／', ':'].map((end): [string, string] => [
      `mallory@evil.example${end}.corp.example`,
      'no valid domain',
    ]),
    ['mallory@evil%2eexample', 'no valid domain'],
    ['mallory@0x7f.1', 'no valid domain'],
    ['mallory@2130706433', 'no valid domain'],
    ['ann@exa_mple.com', 'no valid domain'],
    [`ann@${'b'.repeat(64)}.com`, 'no valid domain'],
    ['ann@example.com\r\nBcc: eve@example.com', 'line break'],
    ['ann\n@example.com', 'line break'],
    ['ann@example.com\0', 'control character'],
    ['ann\u2028@example.com', 'line break'],
    ['a\u0085nn@example.com', 'control character'],
    ['ann@example.com,bob@example.com', 'bare address'],
    ['ann;bob@example.com', 'bare address'],
    ['Ann <ann@example.com>', 'bare address'],
    ['<ann@example.com', 'bare address'],
    ['"ann smith"@example.com', 'bare address'],
    ['ann smith@example.com', 'bare address'],
    ['ann(work)@example.com', 'bare address'],
    ['ann@bob@example.com', 'bare address'],
    ['ann\\@example.com', 'bare address'],
    [`${local(65)}@example.com`, 'more than 64 bytes'],
    [`${'ë'.repeat(33)}@example.com`, 'more than 64 bytes'],
    [`${local(60)}@${domain(200)}`, 'longer than 254 bytes'],
    ['\ud800@example.com', 'surrogate'],
    [undefined, 'must be a string'],
    [Buffer.from('ann@example.com'), 'must be a string, not bytes. Give `buffer.toString()`'],
    [Promise.resolve('ann@example.com'), 'must be a string, not a promise. Await it first'],
    ['[object Object]', 'is "[object Object]", which is an object that became a text. Give the field that you meant'],
    [null, 'must be a string'],
    [7, 'must be a string'],
    [{ email: 'ann@example.com' }, 'must be a string'],
    [['ann@example.com'], 'must be a string'],
  ])('%j is refused: %s', async (given, reason) => {
    const error = await rejection(() => getAddress(given));
    expect(error).toMatchObject({ kind: 'address', code: 'smtp_address' });
    expect(error.message).toContain(reason);
    expect(error.message).not.toMatch(/[\r\n\0\u0085\u2028]/);
  });

  it('is cut short in an error', async () => {
    expect((await rejection(() => getAddress('x'.repeat(100_000)))).message.length).toBeLessThan(200);
  });
});
