import { delivery, never, rejection, withSession } from '@sitemessage/test-support';
import { describe, expect, it, vi } from 'vitest';
import { smtp } from '../src/index.ts';
import { startRecordingRelay } from './recording-relay.ts';
import { sandboxed } from './sandboxed.ts';
import { silentAfterGreeting } from './silent-server.ts';

const running = sandboxed();
const options = () => running.sandbox.smtp.options;
const addresses = () => running.sandbox.inbox.all().map(({ address }) => address);
const connections = () => running.sandbox.smtp.emulator.connections();
const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `r${index}@example.com`);

describe('a session', () => {
  it('keeps its connection from one mail to the next', async () => {
    await withSession(smtp({ ...options(), connections: 1 }), async (session) => {
      await session.send(delivery('ann@example.com'), never());
      const connected = running.sandbox.smtp.connected();
      for (const address of numbered(5)) await session.send(delivery(address), never());
      expect(running.sandbox.smtp.connected()).toBe(connected);
    });
  });

  it('opens more connections for mails that are sent at the same time, and keeps them', async () => {
    await withSession(smtp(options()), async (session) => {
      for (let round = 0; round < 2; round += 1) {
        await Promise.all(numbered(3).map((address) => session.send(delivery(address), never())));
        expect(connections()).toBe(3);
      }
    });
  });

  it('says goodbye before it closes a connection', async () => {
    const relay = await startRecordingRelay(running.sandbox.smtp.ports.plain);
    const plain = { ...options(), port: relay.port, tls: 'none' as const };
    await withSession(smtp(plain), (session) => session.send(delivery('ann@example.com'), never()));
    expect(relay.recorded()).toMatch(/\r\nQUIT\r\n$/);
    await relay.close();
  });

  it('closes a connection within a second when the server does not answer the goodbye', async () => {
    const server = await silentAfterGreeting();
    const session = await smtp({ host: '127.0.0.1', port: server.port, tls: 'none', from: 'shop@example.com' }).open(never());
    await session.close?.();
    await server.isLeft;
  });

  it('replaces a connection that was lost while it was idle', async () => {
    const relay = await startRecordingRelay(options().port);
    await withSession(smtp({ ...options(), port: relay.port, connections: 1 }), async (session) => {
      await session.send(delivery('ann@example.com'), never());
      relay.cut();
      await vi.waitUntil(() => connections() === 0);
      await session.send(delivery('bob@example.org'), never());
    });
    await relay.close();
    expect(addresses()).toEqual(['ann@example.com', 'bob@example.org']);
  });

  it.each([
    ['dropped', { drop: true }],
    ['closed with a 421', { reply: '421 4.3.2 Shutting down' }],
  ] as const)('replaces a connection that was %s in the middle of a mail', async (_, fault) => {
    await withSession(smtp({ ...options(), connections: 1 }), async (session) => {
      running.sandbox.smtp.fail({ at: 'rcpt', ...fault });
      expect(await rejection(session.send(delivery('ann@example.com'), never()))).toMatchObject({ kind: 'transient', sessionLost: false });
      await session.send(delivery('bob@example.org'), never());
    });
    expect(addresses()).toEqual(['bob@example.org']);
  });

  it.each([
    ['drops', { drop: true }],
    ['closes with a 421', { reply: '421 4.7.0 Too many mails in this session' }],
  ] as const)('sends a mail over a new connection when the server %s one that has carried mails', async (_, fault) => {
    await withSession(smtp(options()), async (session) => {
      await session.send(delivery('ann@example.com'), never());
      running.sandbox.smtp.fail({ at: 'mail', ...fault });
      await session.send(delivery('bob@example.org'), never());
    });
    expect(addresses()).toEqual(['ann@example.com', 'bob@example.org']);
  });

  it('reports the error of a server that closes the new connection too', async () => {
    await withSession(smtp(options()), async (session) => {
      await session.send(delivery('ann@example.com'), never());
      const connected = running.sandbox.smtp.connected();
      running.sandbox.smtp.fail({ at: 'mail', reply: '421 4.3.2 Shutting down', times: Number.POSITIVE_INFINITY });
      expect(await rejection(session.send(delivery('bob@example.org'), never()))).toMatchObject({ code: 'smtp_service_unavailable' });
      expect(running.sandbox.smtp.connected()).toBe(connected + 1);
    });
  });

  it('never sends a mail again after its end was written', async () => {
    await withSession(smtp(options()), async (session) => {
      await session.send(delivery('ann@example.com'), never());
      running.sandbox.smtp.fail({ at: 'content', drop: true });
      expect(await rejection(session.send(delivery('bob@example.org'), never()))).toMatchObject({ kind: 'unknown' });
    });
    expect(addresses()).toEqual(['ann@example.com']);
  });

  it('says that it is lost when the server can no longer be reached', async () => {
    const relay = await startRecordingRelay(options().port);
    await withSession(smtp({ ...options(), port: relay.port }), async (session) => {
      await relay.close();
      await vi.waitUntil(() => connections() === 0);
      expect(await rejection(session.send(delivery('ann@example.com'), never()))).toMatchObject({ kind: 'transient', sessionLost: true });
    });
  });
});

describe('one bad recipient', () => {
  const bad = (address: string): boolean => address.startsWith('r3@') || address.startsWith('r7@');

  it.each([1, 5])('never affects the others, over %i connections', async (count) => {
    running.sandbox.smtp.fail({ at: 'rcpt', reply: '550 5.1.1 No such user', to: bad, times: Number.POSITIVE_INFINITY });
    await withSession(smtp({ ...options(), connections: count }), async (session) => {
      const results = await Promise.allSettled(numbered(10).map((address) => session.send(delivery(address), never())));
      expect(results.map(({ status }) => status === 'rejected')).toEqual(numbered(10).map(bad));
    });
    expect(addresses().toSorted()).toEqual(numbered(10).filter((address) => !bad(address)));
  });

  it('does not close the connection', async () => {
    await withSession(smtp({ ...options(), connections: 1 }), async (session) => {
      await session.send(delivery('ann@example.com'), never());
      const connected = running.sandbox.smtp.connected();
      running.sandbox.smtp.fail({ at: 'rcpt', reply: '550 5.1.1 No such user' });
      await rejection(session.send(delivery('nobody@example.com'), never()));
      running.sandbox.smtp.fail({ at: 'content', reply: '554 5.6.0 Content refused' });
      await rejection(session.send(delivery('carl@example.com'), never()));
      await session.send(delivery('bob@example.org'), never());
      expect(running.sandbox.smtp.connected()).toBe(connected);
    });
    expect(addresses()).toEqual(['ann@example.com', 'bob@example.org']);
  });
});

describe('an AbortSignal', () => {
  /** Makes the server fall silent on one mail. Resolves when it has. */
  function silenced(address: string): Promise<void> {
    const reached = Promise.withResolvers<void>();
    const to = (recipient: string): boolean => {
      if (recipient === address) reached.resolve();
      return recipient === address;
    };
    running.sandbox.smtp.fail({ at: 'rcpt', silent: true, to });
    return reached.promise;
  }

  it('stops only one mail in flight', async () => {
    await withSession(smtp({ ...options(), connections: 1 }), async (session) => {
      const reached = silenced('ann@example.com');
      const stop = new AbortController();
      const first = rejection(session.send(delivery('ann@example.com'), { signal: stop.signal }));
      const second = session.send(delivery('bob@example.org'), never());
      await reached;
      stop.abort();
      expect(await first).toMatchObject({ kind: 'transient', code: 'smtp_aborted' });
      await second;
    });
    expect(addresses()).toEqual(['bob@example.org']);
  });

  it.each(['connect', 'auth'] as const)('stops open() while the server is silent at %s, and leaves no connection', async (at) => {
    running.sandbox.smtp.fail({ at, silent: true });
    const stop = new AbortController();
    const logins = running.sandbox.smtp.logins().length;
    const opening = rejection(smtp(options()).open({ signal: stop.signal }));
    await vi.waitUntil(() => (at === 'auth' ? running.sandbox.smtp.logins().length > logins : connections() === 1));
    stop.abort();
    expect(await opening).toMatchObject({ kind: 'transient', code: 'smtp_aborted' });
    await vi.waitUntil(() => connections() === 0);
  });
});

describe('close()', () => {
  it('leaves no connection open', async () => {
    const session = await smtp(options()).open(never());
    await Promise.all(numbered(5).map((address) => session.send(delivery(address), never())));
    await session.close?.();
    await vi.waitUntil(() => connections() === 0);
  });

  it('lets a mail in flight end, and refuses others', async () => {
    const session = await smtp({ ...options(), connections: 1 }).open(never());
    const reached = Promise.withResolvers<void>();
    const to = (): boolean => {
      reached.resolve();
      return true;
    };
    running.sandbox.smtp.fail({ at: 'rcpt', delayMs: 20, to });
    const sending = session.send(delivery('ann@example.com'), never());
    await reached.promise;
    const closing = session.close?.();
    expect(await rejection(session.send(delivery('bob@example.org'), never()))).toMatchObject({ kind: 'transient' });
    await sending;
    await closing;
    await vi.waitUntil(() => connections() === 0);
    expect(addresses()).toEqual(['ann@example.com']);
  });
});
