import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type Span, type SpanOptions, type Tracer, trace } from '@opentelemetry/api';
import { createSitemessage } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { startSandbox } from '@sitemessage/sandbox';
import { expect, it, onTestFinished, vi } from 'vitest';
import { publish } from '../examples/logging/channel.ts';
import { log } from '../examples/logging/log.ts';

const dispatch = { id: '1', messageId: '2', type: 'plain', messenger: 'smtp', address: 'ann@example.com', attempt: 1 };
const sent = { type: 'sent', dispatch } as const;

it('logs an event as one line, without the address', () => {
  const write = vi.spyOn(console, 'log').mockImplementation(() => {});
  onTestFinished(() => write.mockRestore());
  log(sent);
  const line = JSON.parse(write.mock.calls[0]?.[0]);
  expect(line).toMatchObject({ level: 'info', type: 'sent', dispatch: { id: '1', messenger: 'smtp' } });
  expect(JSON.stringify(line)).not.toContain('ann@');
});

it('publishes events on a channel of node:diagnostics_channel', () => {
  const heard: unknown[] = [];
  const listener = (event: unknown): void => void heard.push(event);
  subscribe('sitemessage', listener);
  onTestFinished(() => void unsubscribe('sitemessage', listener));
  publish(sent);
  expect(heard).toEqual([sent]);
});

it('makes a span of each send', async () => {
  const spans: { name: string; attributes: Record<string, unknown>; hasEnded: boolean }[] = [];
  const tracer = {
    startActiveSpan(name: string, _: SpanOptions, work: (span: Span) => unknown) {
      const made = { name, attributes: {}, hasEnded: false };
      spans.push(made);
      return work({
        setAttributes: (attributes: object) => Object.assign(made.attributes, attributes),
        setAttribute: (key: string, value: unknown) => Object.assign(made.attributes, { [key]: value }),
        setStatus: () => {},
        end: () => Object.assign(made, { hasEnded: true }),
      } as unknown as Span);
    },
  } as unknown as Tracer;
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
  onTestFinished(() => trace.disable());
  const { tracedSmtp } = await import('../examples/logging/tracing.ts');

  await using sandbox = await startSandbox({ protocols: ['smtp'] });
  sandbox.smtp.fail({ at: 'rcpt', reply: '550 5.1.1 No such user', to: 'bob@example.org' });
  const site = createSitemessage({ storage: memoryStorage(), messengers: [tracedSmtp(sandbox.smtp.options)] });
  const [message] = await site.scheduleMessages('Hello', site.recipients('smtp', ['ann@example.com', 'bob@example.org']));
  expect(await site.sendScheduledMessages()).toMatchObject({ sent: 1, failed: 1 });
  await site.close();

  expect(spans).toHaveLength(2);
  for (const span of spans) {
    expect(span).toMatchObject({ name: 'send mail', hasEnded: true, attributes: { 'sitemessage.message.id': message?.id } });
  }
  expect(spans.map(({ attributes }) => attributes['error.type']).filter(Boolean)).toEqual(['permanent']);
});
