import { createAccepted } from '../../accepted.ts';
import { type HttpEmulator, httpEmulator } from '../../http/emulator.ts';
import { createHttpFaults, type HttpReply } from '../../http/faults.ts';
import { createLimiter, type RateLimit } from '../../http/limiter.ts';
import { type HttpRequest, listenHttp } from '../../http/listener.ts';
import type { Protocol, ProtocolContext } from '../../protocol.ts';
import { readMessage, type Sent } from './message.ts';
import { checkNames, type Parameters, readParameters } from './parameters.ts';
import { faultFor, Refusal, refusalReply, type TelegramError, tooManyRequests } from './refusal.ts';
import { createUpdates } from './updates.ts';

/** The emulator of the Bot API: `sandbox.telegram`. */
export interface TelegramEmulator extends HttpEmulator {
  /** The options for `telegram({ ...sandbox.telegram.options })`. */
  readonly options: { readonly token: string; readonly apiRoot: string };
  /**
   * Refuses requests with an error of the Bot API. `method` limits this to one method, `times` is from 1
   * (the default) to `Infinity`. Returns a function that ends it.
   *
   * @throws ArgumentError for an `error_code` that is no status, and for a wrong `method` or `times`.
   */
  refuse(error: TelegramError, options?: { readonly method?: string; readonly times?: number }): () => void;
  /**
   * Limits the messages of the bot. Answers the rest with a 429 that says how long to wait. Returns a
   * function that removes the limit.
   *
   * @throws ArgumentError for a wrong limit.
   */
  limit(limit: RateLimit): () => void;
  /** Adds an update for `getUpdates`: `{ message: { chat: { id: 7 }, text: '/start' } }`. */
  update(update: Readonly<Record<string, unknown>>): void;
  /** Sets a webhook, with which `getUpdates` is refused with 409. An empty string removes it. */
  setWebhook(url: string): void;
}

const token = '123456789:AAsandbox-token-of-thirty-five-chars';
const bot = { id: 123_456_789, is_bot: true, first_name: 'Sandbox', username: 'sandbox_bot' } as const;

/** The Bot API of Telegram, as far as it concerns sending and finding out whom to send to. */
export const telegram: Protocol<'telegram', TelegramEmulator> = { name: 'telegram', start };

async function start({ inbox, random }: ProtocolContext): Promise<TelegramEmulator> {
  const faults = createHttpFaults(random);
  const limiter = createLimiter();
  const updates = createUpdates();
  const accepted = createAccepted();

  const take = async (sent: Sent, raw: string): Promise<HttpReply> => {
    const waitMs = limiter.waitMs('bot');
    if (waitMs > 0) return refusalReply(tooManyRequests(waitMs));
    const { chat, text, html, photo } = sent;
    const number = accepted.add({ address: chat, text });
    inbox.add({
      protocol: 'telegram',
      address: chat,
      text,
      ...(html !== undefined && { html }),
      headers: typeof photo === 'string' ? { photo } : {},
      attachments:
        photo instanceof File
          ? [{ filename: photo.name, contentType: photo.type, content: new Uint8Array(await photo.arrayBuffer()) }]
          : [],
      raw,
    });
    const id = Number(chat);
    const where = Number.isNaN(id)
      ? { id: -1_001_000_000_001, type: 'channel', username: chat.slice(1) }
      : { id, type: id > 0 ? 'private' : 'supergroup' };
    return ok({ message_id: accepted.idFor(number), date: 1_767_225_600, chat: where, text });
  };

  const methods: Readonly<Record<string, (parameters: Parameters, request: HttpRequest) => HttpReply | Promise<HttpReply>>> = {
    getme(parameters) {
      checkNames(parameters, []);
      return ok(bot);
    },
    getupdates: (parameters) => ok(updates.get(parameters)),
    sendmessage: (parameters, { body }) => take(readMessage('sendMessage', parameters), body.toString()),
    sendphoto: (parameters, { body }) => take(readMessage('sendPhoto', parameters), body.toString('latin1')),
  };

  const listener = await listenHttp({
    faults,
    async answer(request) {
      try {
        const [, login = '', name = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url.pathname) ?? [];
        if (!/^\d+:[\w-]+$/.test(login)) throw new Refusal(404, 'Not Found');
        if (login !== token) throw new Refusal(401, 'Unauthorized');
        const method = Object.hasOwn(methods, name.toLowerCase()) ? methods[name.toLowerCase()] : undefined;
        if (!method) throw new Refusal(404, 'Not Found: method not found');
        return await method(await readParameters(request), request);
      } catch (error) {
        if (error instanceof Refusal) return refusalReply(error.error);
        throw error;
      }
    },
  });

  return {
    ...httpEmulator({ accepted, faults, listener, failAs: (fault) => void faults.add(faultFor(fault)) }),
    options: { token, apiRoot: `http://127.0.0.1:${listener.port}` },
    refuse: (error, options = {}) => faults.add({ reply: refusalReply(error), ...options }),
    limit: (limit) => limiter.limit(limit),
    update: (update) => updates.add(update),
    setWebhook: (url) => updates.setWebhook(url),
  };
}

const ok = (result: unknown): HttpReply => ({ status: 200, body: { ok: true, result } });
