import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import type { SenderOrders } from './sender.ts';

const running = sandboxed('xmpp');
const run = promisify(execFile);
const sender = join(import.meta.dirname, 'sender.ts');

describe('a process that has had 100 sessions', () => {
  it.each(['starttls', 'implicit', 'none'] as const)(
    'with %s has as many sockets, timers and listeners as before, and ends',
    async (tls) => {
      const { ca, ...options } = running.sandbox.xmpp.options;
      const port = running.sandbox.xmpp.ports[tls === 'none' ? 'plain' : tls];
      const orders: SenderOrders = { options: { ...options, port, tls, ...(tls !== 'none' && { ca }) }, rounds: 100 };
      // The timeout kills a process that keeps itself alive.
      const { stdout, stderr } = await run(process.execPath, [sender, JSON.stringify(orders)], { timeout: 60_000 });
      expect(stderr).toBe('');
      const { before, after } = JSON.parse(stdout);
      expect(before).toMatchObject({ sockets: 0 });
      expect(after).toEqual(before);
      expect(running.sandbox.inbox.all()).toHaveLength(101);
      expect(running.sandbox.xmpp.connected()).toBe(111);
      expect(running.sandbox.xmpp.emulator.connections()).toBe(0);
    },
  );
});
