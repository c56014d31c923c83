import type { HttpReply } from '@sitemessage/sandbox';
import { rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { telegram } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('telegram');
const messenger = () => telegram(running.sandbox.telegram.options);
const taken = () => running.sandbox.inbox.all();

const permanent = (code: string, recipientGone = false) => ({ kind: 'permanent', code, recipientGone });
const gone = (code: string) => permanent(code, true);
const unavailable = { kind: 'transient', code: 'telegram_unavailable', scope: 'dispatch' };
const token = { kind: 'configuration', code: 'telegram_token' };
const account = { kind: 'configuration', code: 'telegram_account' };
const server = { kind: 'configuration', code: 'telegram_server' };

describe('an error of the Bot API', () => {
  it.each([
    [500, 'Internal Server Error', unavailable],
    [500, 'Internal Server Error: restart', unavailable],
    [502, 'Bad Gateway', unavailable],
    [504, 'Gateway Timeout', unavailable],
    [500, 'Internal Server Error: sent message was immediately deleted', { kind: 'unknown', code: 'telegram_deleted' }],

    [403, 'Forbidden: bot was blocked by the user', gone('telegram_blocked')],
    [403, 'Forbidden: bot was kicked from the group chat', gone('telegram_blocked')],
    [403, 'Forbidden: bot was kicked from the supergroup chat', gone('telegram_blocked')],
    [403, 'Forbidden: bot was kicked from the channel chat', gone('telegram_blocked')],
    [403, 'Forbidden: user is deactivated', gone('telegram_chat_not_found')],
    [403, 'Forbidden: the group chat was deleted', gone('telegram_chat_not_found')],
    [400, 'Bad Request: chat not found', gone('telegram_chat_not_found')],
    [400, 'Bad Request: private chat not found', gone('telegram_chat_not_found')],
    [400, 'Bad Request: PEER_ID_INVALID', gone('telegram_chat_not_found')],
    [403, "Forbidden: bot can't initiate conversation with a user", permanent('telegram_not_started')],
    [403, 'Forbidden: bot is not a member of the channel chat', permanent('telegram_forbidden')],
    [403, 'Forbidden: bot is not a member of the supergroup chat', permanent('telegram_forbidden')],
    [403, "Forbidden: bots can't send messages to bots", permanent('telegram_forbidden')],
    [400, 'Bad Request: not enough rights to send text messages to the chat', permanent('telegram_forbidden')],
    [400, 'Bad Request: have no rights to send a message', permanent('telegram_forbidden')],
    [400, 'Bad Request: CHAT_WRITE_FORBIDDEN', permanent('telegram_forbidden')],
    [400, 'Bad Request: CHAT_ADMIN_REQUIRED', permanent('telegram_forbidden')],
    [400, 'Bad Request: need administrator rights in the channel chat', permanent('telegram_forbidden')],
    [400, 'Bad Request: not enough rights to send photos to the chat', permanent('telegram_forbidden')],
    [400, 'Bad Request: CHAT_SEND_PLAIN_FORBIDDEN', permanent('telegram_forbidden')],
    [400, 'Bad Request: CHAT_GUEST_SEND_FORBIDDEN', permanent('telegram_forbidden')],
    [400, 'Bad Request: CHAT_RESTRICTED', permanent('telegram_forbidden')],
    [400, 'Bad Request: CHANNEL_PRIVATE', permanent('telegram_forbidden')],
    [403, "Forbidden: the bot can't send messages to the bot", permanent('telegram_forbidden')],
    [400, 'Bad Request: group chat was deactivated', gone('telegram_chat_not_found')],
    [400, 'Bad Request: message thread not found', permanent('telegram_topic')],
    [400, 'Bad Request: TOPIC_CLOSED', permanent('telegram_topic')],
    [400, 'Bad Request: chat_id is empty', permanent('telegram_refused')],
    [403, 'Forbidden: an unknown reason', permanent('telegram_refused')],

    [400, 'Bad Request: can\'t parse entities: Unsupported start tag "p" at byte offset 0', permanent('telegram_markup')],
    [400, 'Bad Request: message text is empty', permanent('telegram_empty')],
    [400, 'Bad Request: message is too long', permanent('telegram_too_long')],
    [400, 'Bad Request: message caption is too long', permanent('telegram_too_long')],
    [400, 'Bad Request: BUTTON_URL_INVALID', permanent('telegram_buttons')],
    [400, 'Bad Request: BUTTON_TYPE_INVALID', permanent('telegram_buttons')],
    [400, 'Bad Request: wrong file identifier/HTTP URL specified', permanent('telegram_photo')],

    [400, 'Bad Request: text is too long', permanent('telegram_too_long')],
    [400, 'Bad Request: MESSAGE_TOO_LONG', permanent('telegram_too_long')],
    [400, 'Bad Request: MEDIA_CAPTION_TOO_LONG', permanent('telegram_too_long')],
    [400, "Bad Request: inline keyboard button URL 'example' is invalid: Wrong HTTP URL", permanent('telegram_buttons')],
    [400, 'Bad Request: inline keyboard button text must be non-empty', permanent('telegram_buttons')],
    [400, 'Bad Request: reply markup is too long', permanent('telegram_buttons')],
    [400, 'Bad Request: message must be non-empty', permanent('telegram_empty')],
    [400, 'Bad Request: failed to get HTTP URL content', permanent('telegram_photo')],
    [400, 'Bad Request: wrong type of the web page content', permanent('telegram_photo')],
    [400, 'Bad Request: file is too big', permanent('telegram_photo')],
    [400, 'Bad Request: PHOTO_INVALID_DIMENSIONS', permanent('telegram_photo')],
    [400, 'Bad Request: IMAGE_PROCESS_FAILED', permanent('telegram_photo')],
    [400, "Bad Request: can't upload file by URL", permanent('telegram_photo')],
    [400, 'Bad Request: wrong remote file identifier specified: Wrong string length', permanent('telegram_photo')],

    [400, 'Bad Request: FROZEN_METHOD_INVALID', account],
    [400, 'Bad Request: FROZEN_PARTICIPANT_MISSING', account],
    [400, 'Bad Request: PEER_FLOOD', account],
    [400, 'Bad Request: USER_RESTRICTED', account],
    [401, 'Unauthorized: USER_DEACTIVATED_BAN', account],
    [401, 'Unauthorized: SESSION_REVOKED', account],
    [400, 'Bad Request: ACCESS_TOKEN_EXPIRED', account],
    // Telegram quotes words of the message here. They are not its own.
    [400, "Bad Request: inline keyboard button URL 'FROZEN_METHOD_INVALID' is invalid: Wrong HTTP URL", permanent('telegram_buttons')],
    [400, 'Bad Request: can\'t parse entities: Unsupported start tag "peer_id_invalid" at byte offset 0', permanent('telegram_markup')],

    [401, 'Unauthorized', token],
    [404, 'Not Found', token],
    [404, 'Not Found: method not found', token],
    [421, 'Misdirected Request', server],
    [400, 'Bad Request: Logged out', server],
    [400, 'Logged out', server],
    [409, 'Conflict: terminated by other getUpdates request', { kind: 'configuration', code: 'telegram_conflict' }],
  ])('%i "%s" is mapped, and nothing is sent', async (error_code, description, expected) => {
    running.sandbox.telegram.refuse({ error_code, description });
    const before = running.sandbox.telegram.requests();
    const error = await rejection(sendOne(messenger()));
    expect(error).toMatchObject(expected);
    expect(error).not.toHaveProperty('retryAfterMs');
    expect(error.message).toContain(`Telegram answered ${error_code}: ${description}`);
    expect(running.sandbox.telegram.requests()).toBe(before + 1);
    expect(taken()).toEqual([]);
  });

  it.each([
    [1, 1_000],
    [35, 35_000],
    [86_400, 86_400_000],
  ])('429 with a `retry_after` of %i s pauses the bot for that time', async (retry_after, retryAfterMs) => {
    running.sandbox.telegram.refuse({
      error_code: 429,
      description: `Too Many Requests: retry after ${retry_after}`,
      parameters: { retry_after },
    });
    expect(await rejection(sendOne(messenger()))).toMatchObject({
      kind: 'transient',
      code: 'telegram_rate_limited',
      scope: 'messenger',
      retryAfterMs,
    });
  });

  it.each([
    ['nothing but words', { description: 'Too Many Requests: retry after 35' }, undefined],
    ['words and another field', { description: 'Too Many Requests: retry after 35', parameters: { retry_after: 7 } }, 7_000],
    ['a text for a number', { description: 'Too Many Requests', parameters: { retry_after: 'soon' } }, undefined],
    ['no time at all', { description: 'Too Many Requests', parameters: { retry_after: -1 } }, undefined],
    ['a parameter of null', { description: 'Too Many Requests', parameters: null }, undefined],
  ])('429 takes the wait from its fields: %s', async (_, said, retryAfterMs) => {
    running.sandbox.telegram.fail({ reply: { status: 429, body: { ok: false, error_code: 429, ...said } } });
    const error = await rejection(sendOne(messenger()));
    expect(error).toMatchObject({ kind: 'transient', code: 'telegram_rate_limited', scope: 'messenger' });
    expect(error.retryAfterMs).toBe(retryAfterMs);
  });

  it('429 takes the wait from its header when the reply has none', async () => {
    const body = { ok: false, error_code: 429, description: 'Too Many Requests: retry after 35' };
    running.sandbox.telegram.fail({ reply: { status: 429, headers: { 'retry-after': '9' }, body } });
    expect(await rejection(sendOne(messenger()))).toMatchObject({ code: 'telegram_rate_limited', retryAfterMs: 9_000 });
  });

  it('429 without a wait pauses the bot too', async () => {
    running.sandbox.telegram.refuse({ error_code: 429, description: 'Too Many Requests' });
    const error = await rejection(sendOne(messenger()));
    expect(error).toMatchObject({ kind: 'transient', code: 'telegram_rate_limited', scope: 'messenger' });
    expect(error).not.toHaveProperty('retryAfterMs');
  });

  it('with a parameter is mapped by it, not by its words', async () => {
    running.sandbox.telegram.refuse({
      error_code: 400,
      description: 'Bad Request: anything',
      parameters: { migrate_to_chat_id: -100_777 },
    });
    expect(await sendOne(messenger(), {}, '-777')).toMatchObject({ movedTo: '-100777' });
  });
});

describe('a reply that is not from the Bot API', () => {
  const page = (status: number, title: string): string => `<html><head><title>${status} ${title}</title></head></html>`;
  const html = (status: number, title: string, headers: HttpReply['headers'] = {}): HttpReply => ({
    status,
    headers,
    body: page(status, title),
  });

  it.each([
    // The gateway got no reply from the Bot API, which may have sent the message.
    [html(502, 'Bad Gateway'), { kind: 'unknown', code: 'telegram_unreadable' }],
    [html(504, 'Gateway Timeout'), { kind: 'unknown', code: 'telegram_unreadable' }],
    [html(200, 'Welcome'), { kind: 'unknown', code: 'telegram_unreadable' }],
    [
      { status: 200, body: '' },
      { kind: 'unknown', code: 'telegram_unreadable' },
    ],
    [
      { status: 200, body: '{"ok":tr' },
      { kind: 'unknown', code: 'telegram_unreadable' },
    ],
    [
      { status: 200, body: 'null' },
      { kind: 'unknown', code: 'telegram_unreadable' },
    ],
    [
      { status: 200, body: { result: {} } },
      { kind: 'unknown', code: 'telegram_unreadable' },
    ],
    [html(500, 'Internal Server Error'), unavailable],
    [html(503, 'Service Unavailable'), unavailable],
    [html(408, 'Request Timeout'), unavailable],
    [html(429, 'Too Many Requests', { 'retry-after': '7' }), { code: 'telegram_rate_limited', scope: 'messenger', retryAfterMs: 7_000 }],
    [html(413, 'Request Entity Too Large'), permanent('telegram_photo')],
    [html(403, 'Forbidden'), { kind: 'configuration', code: 'telegram_gateway' }],
    [html(404, 'Not Found'), { kind: 'configuration', code: 'telegram_gateway' }],
    [
      { status: 407, body: { error: 'no' } },
      { kind: 'configuration', code: 'telegram_gateway' },
    ],
    [html(301, 'Moved', { location: 'https://example.com/' }), { kind: 'configuration', code: 'telegram_gateway' }],
  ])('%o', async (reply, expected) => {
    running.sandbox.telegram.fail({ reply });
    expect(await rejection(sendOne(messenger()))).toMatchObject({
      ...expected,
      message: expect.stringContaining(`Telegram answered ${reply.status}, but not with a reply of the Bot API`),
    });
  });

  it('is quoted, but not in full', async () => {
    running.sandbox.telegram.fail({ reply: { status: 502, body: `<h1>Bad Gateway</h1>${'x'.repeat(10_000)}` } });
    const { message } = await rejection(sendOne(messenger()));
    expect(message).toContain('<h1>Bad Gateway</h1>');
    expect(message.length).toBeLessThan(500);
  });

  it('that reports success counts as sent, also without ids', async () => {
    for (const body of [
      { ok: true },
      { ok: true, result: true },
      { ok: true, result: { message_id: 7 } },
      { ok: true, result: { message_id: 7, chat: { id: 'x' } } },
    ]) {
      running.sandbox.telegram.fail({ at: 'taken', reply: { status: 200, body } });
      expect(await sendOne(messenger())).toEqual({});
    }
    expect(taken()).toHaveLength(4);
  });
});

describe('a broken or silent connection', () => {
  it('leaves the outcome unknown, because the request was written', async () => {
    running.sandbox.telegram.fail({ drop: true });
    expect(await rejection(sendOne(messenger()))).toMatchObject({ kind: 'unknown', code: 'http_interrupted' });
  });

  it('is transient when nothing listens', async () => {
    const unreachable = telegram({ ...running.sandbox.telegram.options, apiRoot: 'http://127.0.0.1:1' });
    expect(await rejection(sendOne(unreachable))).toMatchObject({ kind: 'transient', code: 'http_connection' });
  });
});
