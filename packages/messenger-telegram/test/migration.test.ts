import { createSitemessage, type SitemessageEvent } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { telegram } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('telegram');
const messenger = (options: object = {}) => telegram({ ...running.sandbox.telegram.options, ...options });
const group = '-777';
const supergroup = -1_001_234_567_890;

/** Answers the next requests as for a group that became a supergroup. */
const move = (migrate_to_chat_id = supergroup, times = 1): void => {
  const description = 'Bad Request: group chat was upgraded to a supergroup chat';
  running.sandbox.telegram.refuse({ error_code: 400, description, parameters: { migrate_to_chat_id } }, { times });
};
const arrived = () => running.sandbox.inbox.all().map(({ address, text }) => ({ address, text }));

describe('a group that became a supergroup', () => {
  it('gets the message under its new id, once, and the receipt says so', async () => {
    move();
    const before = running.sandbox.telegram.requests();
    expect(await sendOne(messenger(), {}, group)).toEqual({
      providerId: expect.stringMatching(`^${supergroup}:\\d+$`),
      movedTo: String(supergroup),
    });
    expect(running.sandbox.telegram.requests()).toBe(before + 2);
    expect(arrived()).toEqual([{ address: String(supergroup), text: 'Hello' }]);
  });

  it('gets the later parts under its new id too', async () => {
    move();
    const before = running.sandbox.telegram.requests();
    expect(await sendOne(messenger({ onTooLong: 'split' }), { text: 'x'.repeat(9_000) }, group)).toMatchObject({
      movedTo: String(supergroup),
    });
    expect(running.sandbox.telegram.requests()).toBe(before + 4);
    expect(arrived().map(({ address }) => address)).toEqual(Array(3).fill(String(supergroup)));
  });

  it('between two parts is followed as well', async () => {
    running.sandbox.telegram.fail({ delayMs: 0 });
    move();
    expect(await sendOne(messenger({ onTooLong: 'split' }), { text: 'x'.repeat(9_000) }, group)).toMatchObject({
      providerId: expect.stringMatching(`^${group}:`),
      movedTo: String(supergroup),
    });
    expect(arrived().map(({ address }) => address)).toEqual([group, String(supergroup), String(supergroup)]);
  });

  it('is followed once only', async () => {
    move(supergroup, Number.POSITIVE_INFINITY);
    const before = running.sandbox.telegram.requests();
    expect(await rejection(sendOne(messenger(), {}, group))).toMatchObject({
      kind: 'permanent',
      code: 'telegram_moved',
      recipientGone: false,
    });
    expect(running.sandbox.telegram.requests()).toBe(before + 2);
  });

  it('fails with the error of the new chat', async () => {
    move();
    running.sandbox.telegram.refuse({ error_code: 403, description: 'Forbidden: bot was kicked from the supergroup chat' });
    expect(await rejection(sendOne(messenger(), {}, group))).toMatchObject({
      kind: 'permanent',
      code: 'telegram_blocked',
      recipientGone: true,
    });
  });

  it('is reported to the application', async () => {
    move();
    const site = createSitemessage({ storage: memoryStorage(), messengers: [messenger()] });
    const events: SitemessageEvent[] = [];
    site.onEvent((event) => events.push(event));
    await site.scheduleMessages('Hi there!', site.recipients('telegram', Number(group)));
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 1 });
    expect(events).toContainEqual({
      type: 'moved',
      dispatch: expect.objectContaining({ messenger: 'telegram', address: group }),
      movedTo: String(supergroup),
    });
    await site.close();
  });
});
