import { createSitemessage, defineMessageType, type SitemessageEvent } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { fakeRuntime } from '@sitemessage/core/testing';
import { sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { xmpp } from '../src/index.ts';

const running = sandboxed('xmpp');
const addresses = () => running.sandbox.inbox.all().map(({ address }) => address);

/** Makes a site with a fake clock. */
function setUp(
  options: Partial<Parameters<typeof xmpp>[0]> = {},
  { onUnknown = 'resend' }: { readonly onUnknown?: 'resend' | 'hold' } = {},
) {
  const runtime = fakeRuntime();
  const events: SitemessageEvent[] = [];
  const note = defineMessageType<{ text: string }>({
    alias: 'note',
    title: 'Note',
    onUnknown,
    render: { default: ({ text }) => ({ text }) },
  });
  const site = createSitemessage({
    runtime,
    storage: memoryStorage({ runtime }),
    messengers: [xmpp({ ...running.sandbox.xmpp.options, ...options })],
    messageTypes: [note],
  });
  site.onEvent((event) => events.push(event));
  return { site, runtime, events, note };
}

describe('a site with XMPP', () => {
  it('sends a message to two people, and says why the server refused a third', async () => {
    const { site, events } = setUp();
    const error = { type: 'cancel', condition: 'item-not-found' } as const;
    running.sandbox.xmpp.fail({ at: 'message', error, to: 'nobody@example.com', times: Number.POSITIVE_INFINITY });
    const people = ['somebody@example.com', 'nobody@example.com', 'Somebody.Else@example.org'];
    await site.scheduleMessages('Hi there!', site.recipients('xmpp', people));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 2, failed: 1, error: 0 });
    expect(addresses().toSorted()).toEqual(['somebody.else@example.org', 'somebody@example.com']);
    for (const event of events) {
      if (event.type !== 'sent') continue;
      const [message] = running.sandbox.inbox.to(event.dispatch.address);
      expect(message).toMatchObject({
        text: 'Hi there!',
        from: expect.stringMatching(/^sandbox@localhost\//),
        headers: { id: event.dispatch.id },
      });
    }
    expect(events.find(({ type }) => type === 'failed')).toMatchObject({
      dispatch: { address: 'nobody@example.com' },
      recipientGone: true,
      error: { kind: 'permanent', code: 'xmpp_recipient_unknown' },
    });
    await site.close();
  });

  it('pauses with a wrong password, and uses up no attempt', async () => {
    const { site } = setUp({ password: 'not-the-password' });
    await site.scheduleMessages('Hello', site.recipients('xmpp', 'ann@example.com'));
    expect(await site.sendScheduledMessages()).toMatchObject({
      sent: 0,
      paused: { xmpp: { kind: 'configuration', code: 'xmpp_login_refused' } },
    });
    expect(await Array.fromAsync(site.list())).toMatchObject([{ status: 'pending', attempt: 0 }]);
    await site.close();
  });

  it('schedules nothing when one address is bad, and says which', async () => {
    const { site } = setUp();
    const scheduling = site.scheduleMessages('Hello', site.recipients('xmpp', ['ann@example.com', 'bob']));
    await expect(scheduling).rejects.toMatchObject({
      kind: 'address',
      code: 'xmpp_address',
      message: expect.stringContaining('Recipient 2'),
    });
    await site.close();
  });

  it('sends a test message past the queue', async () => {
    const { site } = setUp();
    await site.sendTestMessage('xmpp', 'ann@example.com', 'Does it work?');
    expect(running.sandbox.inbox.to('ann@example.com')).toMatchObject([{ text: 'Does it work?' }]);
    await site.close();
  });
});

describe('a connection that breaks in the middle of 1,000 messages', () => {
  const people = Array.from({ length: 1_000 }, (_, index) => `r${index}@example.com`);

  it.each(['message', 'taken'] as const)(
    '(at %s) is opened again. All arrive, and only those of unknown outcome may arrive twice',
    async (at) => {
      const { site, runtime, events } = setUp();
      for (const address of ['r300@example.com', 'r600@example.com']) running.sandbox.xmpp.fail({ at, drop: true, to: address });
      await site.scheduleMessages('Hello', site.recipients('xmpp', people));
      const first = await site.sendScheduledMessages();
      const unknown = new Set<string>();
      for (const event of events) {
        if (event.type !== 'error') continue;
        expect(event.error).toMatchObject({ kind: 'unknown', code: 'xmpp_outcome_unknown' });
        unknown.add(event.dispatch.address);
      }
      expect(first).toMatchObject({ sent: 1_000 - unknown.size, error: unknown.size, failed: 0 });
      // Two breaks, each with 50 messages in flight at most.
      expect(unknown.size).toBeGreaterThanOrEqual(2);
      expect(unknown.size).toBeLessThanOrEqual(100);
      await runtime.advance(60_000);
      expect(await site.sendScheduledMessages()).toMatchObject({ sent: unknown.size, error: 0 });

      const counts = Map.groupBy(running.sandbox.inbox.all(), ({ address }) => address);
      expect(new Set(counts.keys())).toEqual(new Set(people));
      for (const [address, messages] of counts) {
        expect(messages.length).toBeLessThanOrEqual(unknown.has(address) ? 2 : 1);
        // The recipient can recognize a repeat.
        expect(new Set(messages.map(({ headers }) => headers.id)).size).toBe(1);
      }
      expect(running.sandbox.xmpp.connected()).toBeLessThanOrEqual(5);
      await site.close();
    },
  );

  it('repeats nothing when the type holds unknown outcomes', async () => {
    const { site, runtime, events, note } = setUp({}, { onUnknown: 'hold' });
    running.sandbox.xmpp.fail({ at: 'taken', drop: true, to: 'r500@example.com' });
    await site.scheduleMessages(note({ text: 'Hello' }), site.recipients('xmpp', people));
    const { sent, failed } = await site.sendScheduledMessages();
    expect(sent + failed).toBe(1_000);
    expect(failed).toBeGreaterThanOrEqual(1);
    for (const event of events) if (event.type === 'failed') expect(event.error).toMatchObject({ kind: 'unknown' });
    await runtime.advance(24 * 60 * 60_000);
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 0 });
    expect(new Set(addresses()).size).toBe(addresses().length);
    await site.close();
  });
});
