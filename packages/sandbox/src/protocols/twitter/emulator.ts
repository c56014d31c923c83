import type { Emulator, Received } from '@sitemessage/core/testing';
import { formTextsOf, mediaTypeOf } from '../../http/body.ts';
import { createHttpFaults, type HttpReply, type HttpStage } from '../../http/faults.ts';
import { createGivenIds } from '../../http/given-ids.ts';
import { type HttpRequest, listenHttp } from '../../http/listener.ts';
import type { ProtocolContext, RunningProtocol } from '../../protocol.ts';
import { faultFor } from './contract-faults.ts';
import { app, clients, keys, type TwitterKeys } from './login.ts';
import { createMediaStore, type TwitterProcessing } from './media.ts';
import { createOAuth1 } from './oauth1.ts';
import { appOnly, createOAuth2, type TwitterTokens } from './oauth2.ts';
import { checkReply, mentionOf, readPost } from './post.ts';
import { forbidden, Refusal, refusalReply, type TwitterError } from './refusal.ts';
import { addSkipping, type SkippingFault } from './skipping.ts';
import { createRateWindow } from './window.ts';

/**
 * The API of X of a sandbox: `sandbox.twitter`. It counts what a text takes as X does, but for URLs without `https://`, such as `example.com`:
 * X knows which domains there are, and counts 23 for each, where this counts their characters.
 */
export interface TwitterEmulator extends RunningProtocol {
  /** What `messengerContract` questions and breaks. Its `fail` replaces every fault. */
  readonly emulator: Emulator;
  /** Ready for `twitter({ ...sandbox.twitter.options })`, by OAuth 1.0a. */
  readonly options: TwitterKeys & { readonly appKey: string; readonly appSecret: string; readonly apiRoot: string };
  /** The same by OAuth 2.0, with new tokens of a confidential client, or of a public one. */
  oauth2(client?: 'confidential' | 'public'): TwitterOAuth2Options;
  /** `readOnly`: of the account of the options, and may not post. `appOnly`: a bearer token of the app, with which nobody posts. */
  readonly tokens: { readonly readOnly: TwitterKeys; readonly appOnly: string };
  /** By which signatures, tokens and windows are judged, in milliseconds since 1970. Default: this machine's. */
  clock(now: () => number): void;
  /** Ends all access tokens of OAuth 2.0, as two hours do. */
  expireTokens(): void;
  /** What becomes of GIFs and videos. */
  process(processing: TwitterProcessing): void;
  /**
   * Makes something go wrong: a fault of HTTP. Methods are `tweets`, `initialize`, `append`, `finalize`, `upload` and `token`. `skip`: so
   * many requests pass before the first that it meets. Returns what lifts it.
   */
  fail(fault: SkippingFault): () => void;
  /** Refuses the next request, or so many, or those of one method, or those after the first `skip`, with an error of X. Returns what lifts it. */
  refuse(
    error: TwitterError,
    rule?: { readonly method?: string; readonly times?: number; readonly at?: HttpStage; readonly skip?: number },
  ): () => void;
  /** Allows no more than `count` posts in any `perMs`, instead of 100 in 15 minutes. Returns what lifts it. */
  limit(limit: { readonly count: number; readonly perMs: number }): () => void;
  /** Refuses a text that was posted before, as X does. Returns what lifts it. */
  refuseDuplicates(): () => void;
  /** Lifts what `fail` and `refuse` asked for. */
  heal(): void;
  /** Connections that were ever opened. */
  connected(): number;
  /** Requests that came, whatever became of them. */
  requests(): number;
}

export interface TwitterOAuth2Options {
  readonly oauth2: TwitterTokens & { readonly clientId: string; readonly clientSecret?: string };
  readonly apiRoot: string;
}

/** Beyond what a number holds, as X's are. */
const firstPost = 1_900_000_000_000_000_000n;

export async function startTwitter({ inbox, random }: ProtocolContext): Promise<TwitterEmulator> {
  let now = (): number => Date.now();
  const clock = (): number => now();
  const faults = createHttpFaults(random);
  const [oauth1, oauth2, media, rate] = [createOAuth1(clock), createOAuth2(clock), createMediaStore(), createRateWindow(clock)];
  const taken: Received[] = [];
  const given = createGivenIds();
  const ids = new Set<string>();
  const texts = new Set<string>();
  let areDuplicatesRefused = false;

  const authenticate = async (request: HttpRequest): Promise<void> => {
    const [, bearer] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (bearer !== undefined) return oauth2.check(bearer);
    // RFC 5849, 3.4.1.3.1: of bodies urlencoded forms alone are signed.
    const isForm = mediaTypeOf(request) === 'application/x-www-form-urlencoded';
    oauth1.check(request, (isForm && (await formTextsOf(request))) || {});
  };

  const post = (request: HttpRequest): HttpReply => {
    const { isAllowed, headers } = rate.count();
    if (!isAllowed) {
      throw new Refusal({ status: 429, title: 'Too Many Requests', type: 'about:blank', detail: 'Too Many Requests', headers });
    }
    const { text, mediaIds, replyTo } = readPost(request);
    checkReply(replyTo, ids);
    const attachments = media.take(mediaIds);
    if (areDuplicatesRefused && texts.has(text)) throw forbidden('You are not allowed to create a Tweet with duplicate content.');
    texts.add(text);
    const id = String(firstPost + BigInt(ids.size + 1));
    ids.add(id);
    const { address, rest } = mentionOf(text);
    taken.push({ address, text: rest });
    inbox.add({
      protocol: 'twitter',
      address,
      text: rest,
      headers: { id, in_reply_to: replyTo ?? '', media_ids: mediaIds.join(',') },
      attachments,
      raw: request.body.toString(),
    });
    return { status: 201, headers, body: { data: { id: given.next(id), text, edit_history_tweet_ids: [id] } } };
  };

  const perform = async (request: HttpRequest): Promise<HttpReply> => {
    const { verb, url } = request;
    const [, id = ''] = /^\/2\/media\/upload\/(\d+)\//.exec(url.pathname) ?? [];
    const works: Readonly<Record<string, () => unknown>> = {
      '/2/tweets': () => post(request),
      '/2/media/upload/initialize': () => ok(media.initialize(request)),
      [`/2/media/upload/${id}/append`]: async () => ok(await media.append(id, request)),
      [`/2/media/upload/${id}/finalize`]: () => ok(media.finalize(id)),
      '/2/media/upload': () => ok(media.status(url.searchParams)),
    };
    if (url.pathname === '/2/oauth2/token' && verb === 'POST') return ok(await oauth2.refresh(request));
    const work = verb === (url.pathname === '/2/media/upload' ? 'GET' : 'POST') ? works[url.pathname] : undefined;
    if (!work) throw new Refusal({ status: 404, title: 'Not Found', type: 'about:blank', detail: 'Not Found' });
    await authenticate(request);
    return (await work()) as HttpReply;
  };

  const listener = await listenHttp({
    faults,
    async answer(request) {
      // By its own clock, like everything else here.
      const date = { date: new Date(clock()).toUTCString() };
      try {
        const reply = await perform(request);
        return { ...reply, headers: { ...date, ...reply.headers } };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return refusalReply({ ...error.error, headers: { ...date, ...error.error.headers } });
      }
    },
  });
  const apiRoot = `http://127.0.0.1:${listener.port}`;

  return {
    options: { ...app, ...keys.readWrite, apiRoot },
    oauth2: (client = 'confidential') => ({ oauth2: { ...clients[client], ...oauth2.issue(clients[client].clientId) }, apiRoot }),
    tokens: { readOnly: keys.readOnly, appOnly },
    clock(given) {
      now = given;
    },
    expireTokens: () => oauth2.expire(),
    process: (processing) => media.process(processing),
    fail: (fault) => addSkipping(faults, fault),
    refuse: (error, rule) => addSkipping(faults, { reply: refusalReply(error), ...rule }),
    limit: (limit) => rate.limit(limit),
    refuseDuplicates() {
      areDuplicatesRefused = true;
      return () => {
        areDuplicatesRefused = false;
      };
    },
    heal: () => faults.clear(),
    connected: () => listener.connected(),
    requests: () => listener.requests(),
    emulator: {
      received: () => [...taken],
      fail(fault) {
        faults.clear();
        faults.add(faultFor(fault, clock()));
      },
      answerWith: (id) => given.give(id),
      connections: () => listener.connections(),
    },
    close: () => listener.close(),
  };
}

const ok = (body: unknown): HttpReply => ({ status: 200, body });
