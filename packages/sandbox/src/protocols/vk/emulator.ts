import type { Emulator, Received } from '@sitemessage/core/testing';
import { createHttpFaults, type HttpFault, type HttpReply } from '../../http/faults.ts';
import { createGivenIds } from '../../http/given-ids.ts';
import { createLimiter } from '../../http/limiter.ts';
import { type HttpRequest, listenHttp, methodOf } from '../../http/listener.ts';
import type { InboxMessage } from '../../inbox.ts';
import type { ProtocolContext, RunningProtocol } from '../../protocol.ts';
import { type CaptchaKind, createCaptcha } from './captcha.ts';
import { troubleFor } from './contract-faults.ts';
import { readPrivateMessage } from './messages-send.ts';
import { type Parameters, readParameters } from './parameters.ts';
import { Refusal, refusalReply, type VkError } from './refusal.ts';
import { createRefusals } from './refusals.ts';
import { checkRights, kindOf, type TokenKind, tokenOf, tokens } from './tokens.ts';
import { readPost } from './wall-post.ts';

/** The API of VK of a sandbox: `sandbox.vk`. */
export interface VkEmulator extends RunningProtocol {
  /** What `messengerContract` questions and breaks. Its `fail` replaces everything that goes wrong. */
  readonly emulator: Emulator;
  /** Ready for `vk({ ...sandbox.vk.options })`, with the token of a user, who may post and send messages. */
  readonly options: { readonly accessToken: string; readonly apiRoot: string };
  /** The user's token, one of a community, which may send messages alone, and one of a user that has no right to either. */
  readonly tokens: Readonly<Record<TokenKind, string>>;
  /** Makes something go wrong: a fault of HTTP. Returns what lifts it. */
  fail(fault: HttpFault): () => void;
  /** Refuses the next request, or so many, or those of one method, with an error of VK: status 200, and all that was asked in it. Returns what lifts it. */
  refuse(error: VkError, options?: { readonly method?: string; readonly times?: number }): () => void;
  /** Allows a token no more than `count` requests in any `perMs`, and answers the rest with error 6. Returns what lifts it. */
  limit(limit: { readonly count: number; readonly perMs: number }): () => void;
  /**
   * Asks for a captcha until its answer comes along: `captcha_sid` and `captcha_key: 'sandbox'` for `image` (error 14, the default),
   * `success_token: 'sandbox'` for `page` (error 3300). Returns what lifts it.
   */
  captcha(kind?: CaptchaKind): () => void;
  /** Lifts everything that goes wrong, but for limits. */
  heal(): void;
  /** Connections that were ever opened. */
  connected(): number;
  /** Requests that came, whatever became of them. */
  requests(): number;
}

/** Whose the user's token is, and the community's. */
const self = 100_001;
const community = -200_001;
/** The part behind `5.` */
const oldestMinor = 81;

export async function startVk({ inbox, random }: ProtocolContext): Promise<VkEmulator> {
  const faults = createHttpFaults(random);
  const refusals = createRefusals();
  const limiter = createLimiter();
  const captcha = createCaptcha(() => apiRoot);
  const taken: Received[] = [];
  const ids = createGivenIds();
  /** What came under a key is answered again, and not taken again. */
  const answered = new Map<string, unknown>();

  const heal = (): void => {
    faults.clear();
    refusals.clear();
    captcha.lift();
  };

  const once = (key: string | undefined, work: () => unknown): unknown => {
    if (key === undefined) return work();
    if (!answered.has(key)) answered.set(key, work());
    return answered.get(key);
  };

  const take = (message: Pick<InboxMessage, 'address' | 'from' | 'text' | 'headers' | 'raw'>): number | string => {
    taken.push({ address: message.address, text: message.text });
    inbox.add({ protocol: 'vk', attachments: [], ...message });
    return ids.next(taken.length);
  };

  const methods: Readonly<Record<string, (parameters: Parameters, kind: TokenKind, raw: string) => unknown>> = {
    'wall.post'(parameters, kind, raw) {
      const { owner, isFromGroup, message, attachments, guid } = readPost(parameters, self);
      return once(guid && `${kind} guid ${guid}`, () => ({
        post_id: take({
          address: String(owner),
          from: String(isFromGroup ? owner : self),
          text: message === '' ? attachments.join(' ') : message,
          headers: { method: 'wall.post', attachments: attachments.join(','), guid: guid ?? '' },
          raw,
        }),
      }));
    },
    'messages.send'(parameters, kind, raw) {
      const { peer, randomId, message, attachments } = readPrivateMessage(parameters);
      // 0 is not checked: https://dev.vk.com/en/method/messages.send.
      return once(randomId === 0 ? undefined : `${kind} ${peer} random_id ${randomId}`, () =>
        take({
          address: `peer:${peer}`,
          from: String(kind === 'community' ? community : self),
          text: message === '' ? attachments.join(' ') : message,
          headers: { method: 'messages.send', attachments: attachments.join(','), random_id: String(randomId) },
          raw,
        }),
      );
    },
  };

  const perform = (method: string, parameters: Parameters, token: string | undefined, request: HttpRequest): unknown => {
    const work = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (!work) throw new Refusal(3, 'Unknown method passed.');
    checkVersion(parameters.v);
    const kind = kindOf(token);
    if (limiter.tooEarly(kind) > 0) throw new Refusal(6, 'Too many requests per second');
    const early = refusals.strike('request', method);
    if (early) throw refused(early);
    captcha.check(parameters);
    checkRights(kind, method);
    const response = work(parameters, kind, request.body.toString());
    const late = refusals.strike('taken', method);
    if (late) throw refused(late);
    return response;
  };

  const listener = await listenHttp({
    faults,
    async answer(request): Promise<HttpReply> {
      if (!request.url.pathname.startsWith('/method/')) return { status: 404, body: 'Not Found' };
      const method = methodOf(request.url);
      const parameters = await readParameters(request);
      const token = tokenOf(request, parameters);
      try {
        return { status: 200, body: { response: perform(method, parameters, token, request) } };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return refusalReply(error.error, { method, oauth: '1', ...parameters, ...(token !== undefined && { access_token: token }) });
      }
    },
    // What it refuses comes with 200 as well.
    isTaken: ({ body }) => Object.hasOwn(Object(body), 'response'),
  });
  const apiRoot = `http://127.0.0.1:${listener.port}`;

  return {
    options: { accessToken: tokens.user, apiRoot },
    tokens,
    fail: (fault) => faults.add(fault),
    refuse: (error, options) => refusals.add(error, options),
    limit: (limit) => limiter.limit(limit),
    captcha(kind = 'image') {
      captcha.demand(kind);
      return () => captcha.lift();
    },
    heal,
    connected: () => listener.connected(),
    requests: () => listener.requests(),
    emulator: {
      received: () => [...taken],
      fail(fault) {
        heal();
        const trouble = troubleFor(fault);
        if ('fault' in trouble) faults.add(trouble.fault);
        else refusals.add(trouble.error, trouble.rule);
      },
      answerWith: (id) => ids.give(id),
      connections: () => listener.connections(),
    },
    close: () => listener.close(),
  };
}

const refused = (error: VkError): Refusal => new Refusal(error.error_code, error.error_msg ?? `Error ${error.error_code}`, error);

/** Throws a Refusal. 5.199 is newer than 5.81. */
function checkVersion(version = ''): void {
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(version) ?? [];
  if (major === undefined) throw new Refusal(8, 'Invalid request: v (version) is required');
  if (Number(major) < 5 || (major === '5' && Number(minor) < oldestMinor)) {
    throw new Refusal(8, `Invalid request: versions below 5.${oldestMinor} are deprecated`);
  }
}
