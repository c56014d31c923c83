import { rejection, sandboxed } from '@sitemessage/test-support';
import { afterEach, describe, expect, it } from 'vitest';
import { getChatIds, getMe, getUpdates } from '../src/index.ts';

const running = sandboxed('telegram');
const options = () => running.sandbox.telegram.options;
const wrongToken = () => ({ ...options(), token: '123456789:AAnot-the-token-of-this-bot-at-all' });
const say = (text: string, id: number, kind = 'message'): void => running.sandbox.telegram.update({ [kind]: { chat: { id }, text } });

afterEach(async () => {
  running.sandbox.telegram.setWebhook('');
  await getChatIds(options());
});

describe('getMe', () => {
  it('returns the user of the bot', async () => {
    expect(await getMe(options())).toMatchObject({ is_bot: true, username: 'sandbox_bot' });
  });

  it('refuses a malformed token without a request', async () => {
    const before = running.sandbox.telegram.requests();
    expect(await rejection(() => getMe({ ...options(), token: 'x' }))).toMatchObject({
      name: 'ArgumentError',
      code: 'option_invalid',
      field: 'token',
    });
    expect(running.sandbox.telegram.requests()).toBe(before);
  });

  it('throws a transient error when nothing listens', async () => {
    const error = await rejection(getMe({ ...options(), apiRoot: 'http://127.0.0.1:1' }));
    expect(error).toMatchObject({ kind: 'transient', code: 'http_connection' });
  });
});

describe.each([
  ['getMe', getMe],
  ['getUpdates', getUpdates],
  ['getChatIds', getChatIds],
])('%s', (_, ask) => {
  it('refuses a wrong token', async () => {
    expect(await rejection(ask(wrongToken()))).toMatchObject({ kind: 'configuration', code: 'telegram_token' });
  });

  it('leaves no connection open, after success and failure', async () => {
    await ask(options());
    await rejection(ask(wrongToken()));
    await expect.poll(() => running.sandbox.telegram.emulator.connections()).toBe(0);
  });
});

describe('getUpdates', () => {
  it('returns waiting updates until they are acknowledged', async () => {
    say('Hello', 1);
    say('Bye', 2);
    const [first, second] = await getUpdates(options());
    expect([first, second]).toMatchObject([{ message: { text: 'Hello' } }, { message: { text: 'Bye' } }]);
    expect(await getUpdates(options())).toHaveLength(2);
    expect(await getUpdates(options(), { offset: second?.update_id as number })).toEqual([second]);
    expect(await getUpdates(options())).toEqual([second]);
  });

  it('passes on its parameters', async () => {
    for (let id = 1; id <= 5; id += 1) say('Hello', id, id % 2 === 0 ? 'channel_post' : 'message');
    expect(await getUpdates(options(), { limit: 2 })).toHaveLength(2);
    expect(await getUpdates(options(), { allowed_updates: ['channel_post'] })).toHaveLength(2);
    expect(await getUpdates(options(), { offset: -1 })).toMatchObject([{ message: { chat: { id: 5 } } }]);
  });
});

describe('getChatIds', () => {
  it('returns each chat that sent /start once, over several pages', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => index + 1);
    for (const id of ids) say('/start', id);
    for (const id of ids.slice(0, 20)) say('/start', id);
    const before = running.sandbox.telegram.requests();
    expect(await getChatIds(options())).toEqual(ids);
    // Three pages, and an empty one that acknowledges the last of them.
    expect(running.sandbox.telegram.requests()).toBe(before + 4);
  });

  it('acknowledges every update that it read', async () => {
    say('/start', 1);
    say('Hello', 2);
    expect(await getChatIds(options())).toEqual([1]);
    expect(await getUpdates(options())).toEqual([]);
    say('/start', 3);
    expect(await getChatIds(options())).toEqual([3]);
  });

  it('finds /start with a bot, in a group, and with a parameter', async () => {
    say('/start@sandbox_bot', -5);
    say('/start invited-by-ann', 6);
    say('/start\nnow', 7);
    expect(await getChatIds(options())).toEqual([-5, 6, 7]);
  });

  it('ignores all other updates', async () => {
    say('/started', 1);
    say('/start_now', 2);
    say('please /start', 3);
    say('/stop', 4);
    say('/start', 5, 'edited_message');
    say('/start', -6, 'channel_post');
    running.sandbox.telegram.update({ message: { chat: { id: 7 }, photo: [] } });
    running.sandbox.telegram.update({ my_chat_member: { chat: { id: 8 } } });
    running.sandbox.telegram.update({ callback_query: { id: '9', data: '/start' } });
    expect(await getChatIds(options())).toEqual([]);
  });

  it('refuses while a webhook is set', async () => {
    running.sandbox.telegram.setWebhook('https://example.com/hook');
    for (const ask of [getChatIds, getUpdates]) {
      expect(await rejection(ask(options()))).toMatchObject({
        kind: 'configuration',
        code: 'telegram_conflict',
        message: expect.stringContaining('webhook'),
      });
    }
    expect(await getMe(options())).toMatchObject({ is_bot: true });
  });

  it('throws the rate limit of Telegram', async () => {
    running.sandbox.telegram.refuse({ error_code: 429, description: 'Too Many Requests: retry after 3', parameters: { retry_after: 3 } });
    expect(await rejection(getChatIds(options()))).toMatchObject({ code: 'telegram_rate_limited', retryAfterMs: 3_000 });
  });
});
