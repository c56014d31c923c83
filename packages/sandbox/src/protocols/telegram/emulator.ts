import type { Emulator, Received } from '@sitemessage/core/testing';
import { createHttpFaults, type HttpFault, type HttpReply } from '../../http/faults.ts';
import { createGivenIds } from '../../http/given-ids.ts';
import { createLimiter } from '../../http/limiter.ts';
import { type HttpRequest, listenHttp } from '../../http/listener.ts';
import type { ProtocolContext, RunningProtocol } from '../../protocol.ts';
import { faultFor } from './contract-faults.ts';
import { readMessage, type Sent } from './message.ts';
import { checkNames, type Parameters, readParameters } from './parameters.ts';
import { Refusal, refusalReply, type TelegramError } from './refusal.ts';
import { createUpdates } from './updates.ts';

/** The Bot API of a sandbox: `sandbox.telegram`. */
export interface TelegramEmulator extends RunningProtocol {
  /** What `messengerContract` questions and breaks. Its `fail` replaces every fault. */
  readonly emulator: Emulator;
  /** Ready for `telegram({ ...sandbox.telegram.options })`. */
  readonly options: { readonly token: string; readonly apiRoot: string };
  /** Makes something go wrong: a fault of HTTP, or the Bot API's own words. Returns what lifts it. */
  fail(fault: HttpFault): () => void;
  /** Refuses the next request, or so many, or those of one method, with an error of the Bot API. Returns what lifts it. */
  refuse(error: TelegramError, options?: { readonly method?: string; readonly times?: number }): () => void;
  /** Allows no more than `count` messages in any `perMs`, and answers the rest with a 429 that says how long to wait. Returns what lifts it. */
  limit(limit: { readonly count: number; readonly perMs: number }): () => void;
  /** Lifts every fault. */
  heal(): void;
  /** An update for the bot, as `{ message: { chat: { id: 7 }, text: '/start' } }`. */
  update(update: Readonly<Record<string, unknown>>): void;
  /** With one, `getUpdates` is refused; an empty text takes it off. */
  setWebhook(url: string): void;
  /** Connections that were ever opened. */
  connected(): number;
  /** Requests that came, whatever became of them. */
  requests(): number;
}

const token = '123456789:AAsandbox-token-of-thirty-five-chars';
const bot = { id: 123_456_789, is_bot: true, first_name: 'Sandbox', username: 'sandbox_bot' } as const;

export async function startTelegram({ inbox, random }: ProtocolContext): Promise<TelegramEmulator> {
  const faults = createHttpFaults(random);
  const limiter = createLimiter();
  const updates = createUpdates();
  const taken: Received[] = [];
  const ids = createGivenIds();

  const take = async (sent: Sent, raw: string): Promise<HttpReply> => {
    const wait = limiter.tooEarly('bot');
    if (wait > 0) {
      const retry_after = Math.ceil(wait / 1_000);
      return refusalReply({ error_code: 429, description: `Too Many Requests: retry after ${retry_after}`, parameters: { retry_after } });
    }
    const { chat, text, html, photo } = sent;
    taken.push({ address: chat, text });
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
    return ok({ message_id: ids.next(taken.length), date: 1_767_225_600, chat: where, text });
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
    options: { token, apiRoot: `http://127.0.0.1:${listener.port}` },
    fail: (fault) => faults.add(fault),
    refuse: (error, options = {}) => faults.add({ reply: refusalReply(error), ...options }),
    limit: (limit) => limiter.limit(limit),
    heal: () => faults.clear(),
    update: (update) => updates.add(update),
    setWebhook: (url) => updates.setWebhook(url),
    connected: () => listener.connected(),
    requests: () => listener.requests(),
    emulator: {
      received: () => [...taken],
      fail(fault) {
        faults.clear();
        faults.add(faultFor(fault));
      },
      answerWith: (id) => ids.give(id),
      connections: () => listener.connections(),
    },
    close: () => listener.close(),
  };
}

const ok = (result: unknown): HttpReply => ({ status: 200, body: { ok: true, result } });
