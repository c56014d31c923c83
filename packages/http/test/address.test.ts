import { expect, it } from 'vitest';
import { hostname, login } from '../src/tunnels/address.ts';

it('an IPv6 address has no brackets where a socket takes it', () => {
  expect(hostname(new URL('socks5://[::1]:1080'))).toBe('::1');
  expect(hostname(new URL('http://[::1]:3128'))).toBe('::1');
  expect(hostname(new URL('http://proxy.example.com'))).toBe('proxy.example.com');
});

it('user and password are decoded, and empty where there are none', () => {
  expect(login(new URL('socks5://team%3Aa:p%40ss@proxy.example.com:1080'))).toEqual({ user: 'team:a', password: 'p@ss' });
  expect(login(new URL('socks5://proxy.example.com:1080'))).toEqual({ user: '', password: '' });
});
