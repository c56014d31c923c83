import type { Fault } from '@sitemessage/core/testing';
import { createAccepted } from '../../accepted.ts';
import { type HttpEmulator, httpEmulator } from '../../http/emulator.ts';
import { createHttpFaults, type HttpReply } from '../../http/faults.ts';
import { createLimiter, type RateLimit } from '../../http/limiter.ts';
import { type HttpRequest, listenHttp, methodOf } from '../../http/listener.ts';
import type { InboxMessage } from '../../inbox.ts';
import type { Protocol, ProtocolContext } from '../../protocol.ts';
import { type CaptchaKind, createCaptcha } from './captcha.ts';
import { readPrivateMessage } from './messages-send.ts';
import { type Parameters, readParameters } from './parameters.ts';
import { Refusal, refusalReply, type VkError } from './refusal.ts';
import { createRefusals, faultFor } from './refusals.ts';
import { checkRights, kindOf, type TokenKind, tokenOf, tokens } from './tokens.ts';
import { readPost } from './wall-post.ts';

/**
 * The emulator of the API of VK: `sandbox.vk`. `heal` also ends captchas and errors that `refuse` asked
 * for.
 */
export interface VkEmulator extends HttpEmulator {
  /**
   * The options for `vk({ ...sandbox.vk.options })`, with the token of a user, who can post and send
   * messages.
   */
  readonly options: { readonly accessToken: string; readonly apiRoot: string };
  /**
   * The tokens of a user, of a community (which can only send messages), and of a user without both rights
   * (`narrow`).
   */
  readonly tokens: Readonly<Record<TokenKind, string>>;
  /**
   * Refuses requests with an error of VK, which comes with status 200 and repeats all parameters. `method`
   * limits this to one method, `times` is from 1 (the default) to `Infinity`. Returns a function that ends
   * it.
   *
   * @throws ArgumentError for an error without an integer `error_code`, and for a wrong option.
   */
  refuse(error: VkError, options?: { readonly method?: string; readonly times?: number }): () => void;
  /**
   * Limits the requests of each token. Answers the rest with error 6. Returns a function that removes the
   * limit.
   *
   * @throws ArgumentError for a wrong limit.
   */
  limit(limit: RateLimit): () => void;
  /**
   * Requires a captcha until its answer comes: `captcha_sid` and `captcha_key: 'sandbox'` for `image`
   * (error 14, the default), `success_token: 'sandbox'` for `page` (error 3300). Returns a function that
   * ends it.
   *
   * @throws ArgumentError for another kind.
   */
  captcha(kind?: CaptchaKind): () => void;
}

/** The user of the tokens. */
const self = 100_001;
/** The community of the token. Communities have negative ids. */
const community = -200_001;
/** The oldest version that VK accepts is 5 and this minor version. */
const oldestMinor = 81;

/** The API of VK, as far as it concerns posts on walls and private messages. */
export const vk: Protocol<'vk', VkEmulator> = { name: 'vk', start };

async function start({ inbox, random }: ProtocolContext): Promise<VkEmulator> {
  const faults = createHttpFaults(random);
  const refusals = createRefusals();
  const limiter = createLimiter();
  const captcha = createCaptcha(() => apiRoot);
  const accepted = createAccepted();
  /** The answers by key. A repeated key gets the same answer, and nothing is accepted again. */
  const answers = new Map<string, unknown>();

  const heal = (): void => {
    faults.clear();
    refusals.clear();
    captcha.remove();
  };

  const once = (key: string | undefined, work: () => unknown): unknown => {
    if (key === undefined) return work();
    if (!answers.has(key)) answers.set(key, work());
    return answers.get(key);
  };

  const take = (message: Pick<InboxMessage, 'address' | 'from' | 'text' | 'headers' | 'raw'>): number | string => {
    const number = accepted.add({ address: message.address, text: message.text });
    inbox.add({ protocol: 'vk', attachments: [], ...message });
    return accepted.idFor(number);
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
      // VK does not compare 0: https://dev.vk.com/en/method/messages.send.
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
    if (limiter.waitMs(kind) > 0) throw new Refusal(6, 'Too many requests per second');
    const early = refusals.trigger('request', method);
    if (early) throw refused(early);
    captcha.check(parameters);
    checkRights(kind, method);
    const response = work(parameters, kind, request.body.toString());
    const late = refusals.trigger('taken', method);
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
    // A refusal also has status 200.
    isTaken: ({ body }) => Object.hasOwn(Object(body), 'response'),
  });
  const apiRoot = `http://127.0.0.1:${listener.port}`;

  const failAs = (asked: Fault): void => {
    const found = faultFor(asked);
    if ('fault' in found) faults.add(found.fault);
    else refusals.add(found.error, found.rule);
  };

  return {
    ...httpEmulator({ accepted, faults, listener, failAs, heal }),
    options: { accessToken: tokens.user, apiRoot },
    tokens,
    refuse: (error, options) => refusals.add(error, options),
    limit: (limit) => limiter.limit(limit),
    captcha(kind = 'image') {
      captcha.require(kind);
      return () => captcha.remove();
    },
  };
}

const refused = (error: VkError): Refusal => new Refusal(error.error_code, error.error_msg ?? `Error ${error.error_code}`, error);

/** @throws Refusal for a missing or an old version. 5.199 is newer than 5.81. */
function checkVersion(version = ''): void {
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(version) ?? [];
  if (major === undefined) throw new Refusal(8, 'Invalid request: v (version) is required');
  if (Number(major) < 5 || (major === '5' && Number(minor) < oldestMinor)) {
    throw new Refusal(8, `Invalid request: versions below 5.${oldestMinor} are deprecated`);
  }
}
