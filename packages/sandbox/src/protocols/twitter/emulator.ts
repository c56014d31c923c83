import { ArgumentError, check } from '@sitemessage/core';
import { createAccepted } from '../../accepted.ts';
import { type HttpEmulator, httpEmulator } from '../../http/emulator.ts';
import { createHttpFaults, type HttpReply, type HttpStage } from '../../http/faults.ts';
import type { RateLimit } from '../../http/limiter.ts';
import { type HttpRequest, listenHttp } from '../../http/listener.ts';
import { formTextsOf, mediaTypeOf } from '../../http/parameters.ts';
import type { Protocol, ProtocolContext } from '../../protocol.ts';
import { createMediaStore, type TwitterProcessing } from './media.ts';
import { app, createOAuth1, keys, type TwitterKeys } from './oauth1.ts';
import { appOnly, createOAuth2, type TwitterClientKind, type TwitterTokens } from './oauth2.ts';
import { checkReply, mentionOf, readPost } from './post.ts';
import { faultFor, forbidden, Refusal, refusalReply, type TwitterError, tooManyRequests } from './refusal.ts';
import { createRateWindow } from './window.ts';

/**
 * The emulator of the API of X: `sandbox.twitter`. It counts texts as X does, except for URLs without
 * `https://`, such as `example.com`. X counts 23 for a domain that exists. The emulator counts its
 * characters.
 */
export interface TwitterEmulator extends HttpEmulator {
  /** The options for `twitter({ ...sandbox.twitter.options })`, with OAuth 1.0a. */
  readonly options: TwitterKeys & { readonly appKey: string; readonly appSecret: string; readonly apiRoot: string };
  /**
   * Returns options with new tokens of OAuth 2.0, for a client that is `confidential` (the default) or
   * `public`.
   *
   * @throws ArgumentError for another client.
   */
  oauth2(client?: TwitterClientKind): TwitterOAuth2Options;
  /**
   * `readOnly`: tokens of the same account that must not post. `appOnly`: a bearer token of the app, which
   * cannot post.
   */
  readonly tokens: { readonly readOnly: TwitterKeys; readonly appOnly: string };
  /**
   * Sets the clock for signatures, tokens and rate limits: a function that returns milliseconds since 1970.
   * Default: the clock of this machine.
   *
   * @throws ArgumentError unless it is a function.
   */
  clock(now: () => number): void;
  /** Ends all access tokens of OAuth 2.0. They would end after two hours. */
  expireTokens(): void;
  /**
   * Sets how GIFs and videos are processed.
   *
   * @throws ArgumentError for a wrong field.
   */
  process(processing: TwitterProcessing): void;
  /**
   * Refuses requests with an error of X. `method` (`tweets`, `initialize`, `append`, `finalize`, `upload`
   * or `token`) limits this to one method, `times` is from 1 (the default) to `Infinity`, and `skip`
   * requests (default 0) pass first. Returns a function that ends it.
   *
   * @throws ArgumentError for an error without a `status`, and for a wrong option.
   */
  refuse(
    error: TwitterError,
    rule?: { readonly method?: string; readonly times?: number; readonly at?: HttpStage; readonly skip?: number },
  ): () => void;
  /**
   * Replaces the limit of 100 posts in 15 minutes. Returns a function that restores it.
   *
   * @throws ArgumentError for a wrong limit.
   */
  limit(limit: RateLimit): () => void;
  /** Refuses a text that was posted before, as X does. Returns a function that ends it. */
  refuseDuplicates(): () => void;
}

export interface TwitterOAuth2Options {
  readonly oauth2: TwitterTokens & { readonly clientId: string; readonly clientSecret?: string };
  readonly apiRoot: string;
}

/** The id before the first post. Like X's ids, it is too large for a number. */
const idBase = 1_900_000_000_000_000_000n;

/** The API of X (Twitter), as far as it concerns posting, uploading media and refreshing tokens. */
export const twitter: Protocol<'twitter', TwitterEmulator> = { name: 'twitter', start };

async function start({ inbox, random }: ProtocolContext): Promise<TwitterEmulator> {
  let now = (): number => Date.now();
  const clock = (): number => now();
  const faults = createHttpFaults(random);
  const [oauth1, oauth2, media, rate] = [createOAuth1(clock), createOAuth2(clock), createMediaStore(), createRateWindow(clock)];
  const accepted = createAccepted();
  const ids = new Set<string>();
  const texts = new Set<string>();
  let areDuplicatesRefused = false;

  const authenticate = async (request: HttpRequest): Promise<void> => {
    const [, bearer] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (bearer !== undefined) return oauth2.check(bearer);
    // The only bodies that are signed are urlencoded forms: RFC 5849, 3.4.1.3.1.
    const isForm = mediaTypeOf(request) === 'application/x-www-form-urlencoded';
    oauth1.check(request, (isForm && (await formTextsOf(request))) || {});
  };

  const post = (request: HttpRequest): HttpReply => {
    const { isAllowed, headers } = rate.count();
    if (!isAllowed) throw tooManyRequests(headers);
    const { text, mediaIds, replyTo } = readPost(request);
    checkReply(replyTo, ids);
    const attachments = media.take(mediaIds);
    if (areDuplicatesRefused && texts.has(text)) throw forbidden('You are not allowed to create a Tweet with duplicate content.');
    texts.add(text);
    const id = String(idBase + BigInt(ids.size + 1));
    ids.add(id);
    const { address, rest } = mentionOf(text);
    accepted.add({ address, text: rest });
    inbox.add({
      protocol: 'twitter',
      address,
      text: rest,
      headers: { id, in_reply_to: replyTo ?? '', media_ids: mediaIds.join(',') },
      attachments,
      raw: request.body.toString(),
    });
    return { status: 201, headers, body: { data: { id: accepted.idFor(id), text, edit_history_tweet_ids: [id] } } };
  };

  const perform = async (request: HttpRequest): Promise<HttpReply> => {
    const { verb, url } = request;
    const [, id = ''] = /^\/2\/media\/upload\/(\d+)\//.exec(url.pathname) ?? [];
    const routes: Readonly<Record<string, () => unknown>> = {
      '/2/tweets': () => post(request),
      '/2/media/upload/initialize': () => ok(media.initialize(request)),
      [`/2/media/upload/${id}/append`]: async () => ok(await media.append(id, request)),
      [`/2/media/upload/${id}/finalize`]: () => ok(media.finalize(id)),
      '/2/media/upload': () => ok(media.status(url.searchParams)),
    };
    if (url.pathname === '/2/oauth2/token' && verb === 'POST') return ok(await oauth2.refresh(request));
    const route = verb === (url.pathname === '/2/media/upload' ? 'GET' : 'POST') ? routes[url.pathname] : undefined;
    if (!route) throw new Refusal({ status: 404, title: 'Not Found', type: 'about:blank', detail: 'Not Found' });
    await authenticate(request);
    return (await route()) as HttpReply;
  };

  const listener = await listenHttp({
    faults,
    async answer(request) {
      // The date follows the emulator's clock, like everything else.
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
    ...httpEmulator({ accepted, faults, listener, failAs: (fault) => void faults.add(faultFor(fault, clock())) }),
    options: { ...app, ...keys.readWrite, apiRoot },
    oauth2: (client = 'confidential') => ({ oauth2: oauth2.login(client), apiRoot }),
    tokens: { readOnly: keys.readOnly, appOnly },
    clock(given) {
      const problem = check.function(given);
      if (problem !== undefined) throw new ArgumentError(`The argument of \`clock\` ${problem}.`, { field: 'clock' });
      now = given;
    },
    expireTokens: () => oauth2.expire(),
    process: (processing) => media.process(processing),
    refuse: (error, rule) => faults.add({ reply: refusalReply(error), ...rule }),
    limit: (limit) => rate.limit(limit),
    refuseDuplicates() {
      areDuplicatesRefused = true;
      return () => {
        areDuplicatesRefused = false;
      };
    },
  };
}

const ok = (body: unknown): HttpReply => ({ status: 200, body });
