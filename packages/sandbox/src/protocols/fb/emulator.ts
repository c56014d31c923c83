import { createAccepted } from '../../accepted.ts';
import { type HttpEmulator, httpEmulator } from '../../http/emulator.ts';
import { createHttpFaults, type HttpReply, type HttpStage } from '../../http/faults.ts';
import { createLimiter, type RateLimit } from '../../http/limiter.ts';
import { type HttpRequest, listenHttp } from '../../http/listener.ts';
import type { Protocol, ProtocolContext } from '../../protocol.ts';
import { checkPage, checkProof, readToken } from './access.ts';
import { defaultAccounts, exchangeToken, type FbAccount, listAccounts } from './accounts.ts';
import { readPost } from './feed.ts';
import { app, type FbTokenKind, pages, tokens } from './identities.ts';
import { checkVersion, type Parameters, readParameters } from './parameters.ts';
import { type FbError, type FbErrorReply, type FbUsage, faultFor, Refusal, refusalReply, tooManyCalls, usageHeaders } from './refusal.ts';

/**
 * The emulator of the Graph API: `sandbox.fb`. The messenger contract sees the page of the options as the
 * address `''`.
 */
export interface FbEmulator extends HttpEmulator {
  /** The options for `fb({ ...sandbox.fb.options })`. */
  readonly options: { readonly pageId: `${number}`; readonly pageAccessToken: string; readonly apiRoot: string };
  /**
   * The argument of `getPageAccessTokens(sandbox.fb.credentials)`. Its `appSecret` is also the messenger's
   * option.
   */
  readonly credentials: {
    readonly appId: `${number}`;
    readonly appSecret: string;
    readonly userToken: string;
    readonly apiRoot: string;
  };
  readonly tokens: Readonly<Record<FbTokenKind, string>>;
  /** The page of the options (`own`) and another one (`other`). */
  readonly pages: typeof pages;
  /** Sets the pages that `/me/accounts` lists. Default: both pages. */
  accounts(accounts: readonly FbAccount[]): void;
  /** Requires an `appsecret_proof` in every call with a token. Returns a function that ends it. */
  requireProof(): () => void;
  /** Refuses the text that was posted last on a page with error 506. Returns a function that ends it. */
  refuseDuplicates(): () => void;
  /**
   * Makes replies report that so many percent are used up. 0 ends it.
   *
   * @throws ArgumentError for a wrong field of `usage`.
   */
  usage(percent: number, usage?: FbUsage): void;
  /**
   * Refuses requests with an error of Facebook. `method` (`feed`, `access_token` or `accounts`) limits this
   * to one method, `times` is from 1 (the default) to `Infinity`. Returns a function that ends it.
   *
   * @throws ArgumentError for an error without an integer `code`, and for a wrong option.
   */
  refuse(
    error: FbError,
    options?: FbErrorReply & { readonly method?: string; readonly times?: number; readonly at?: HttpStage },
  ): () => void;
  /**
   * Limits the posts on each page. Answers the rest with error 80001 and a header that has the minutes to
   * wait. Returns a function that removes the limit.
   *
   * @throws ArgumentError for a wrong limit.
   */
  limit(limit: RateLimit): () => void;
}

const postBase = 122_100_000_001;

/** The Graph API of Facebook, as far as it concerns posting on pages and the tokens for it. */
export const fb: Protocol<'fb', FbEmulator> = { name: 'fb', start };

async function start({ inbox, random }: ProtocolContext): Promise<FbEmulator> {
  const faults = createHttpFaults(random);
  const limiter = createLimiter();
  const accepted = createAccepted();
  /** The content that was posted last, by page. */
  const last = new Map<string, string>();
  let accounts = defaultAccounts;
  let isProofRequired = false;
  let areDuplicatesRefused = false;
  let usage: Readonly<Record<string, string>> = {};

  const post = (page: string, parameters: Parameters, raw: string): unknown => {
    const { message, link, isPublished } = readPost(parameters);
    const waitMs = limiter.waitMs(page);
    if (waitMs > 0) throw tooManyCalls(waitMs);
    const content = JSON.stringify([message, link]);
    if (areDuplicatesRefused && last.get(page) === content) throw new Refusal({ code: 506, message: '(#506) Duplicate status message' });
    last.set(page, content);
    const text = message.trim() === '' ? link : message;
    const number = accepted.add({ address: page === pages.own ? '' : page, text });
    inbox.add({ protocol: 'fb', address: page, text, headers: { link, published: String(isPublished) }, attachments: [], raw });
    return { id: accepted.idFor(`${page}_${postBase + number}`) };
  };

  const perform = async (request: HttpRequest): Promise<unknown> => {
    const { verb, url } = request;
    const [, version = '', node = '', edge = '', ...others] = url.pathname.split('/');
    checkVersion(version);
    const route = others.length > 0 ? '' : `${verb} ${/^\d+$/.test(node) ? '{id}' : node}/${edge}`;
    const parameters = await readParameters(request);
    if (route === 'GET oauth/access_token') return exchangeToken(parameters);
    if (route !== 'POST {id}/feed' && route !== 'GET me/accounts') {
      throw new Refusal({ code: 2500, message: `Unknown path components: ${url.pathname}` });
    }
    const kind = readToken(request, parameters);
    checkProof(kind, parameters, isProofRequired);
    if (route === 'GET me/accounts') return listAccounts(accounts, parameters, kind, `${apiRoot}${url.pathname}`);
    checkPage(kind, node);
    return post(node, parameters, request.body.toString());
  };

  const listener = await listenHttp({
    faults,
    async answer(request): Promise<HttpReply> {
      try {
        return { status: 200, headers: usage, body: await perform(request) };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return refusalReply(error.error, { ...error.reply, headers: { ...usage, ...error.reply.headers } });
      }
    },
  });
  const apiRoot = `http://127.0.0.1:${listener.port}`;

  return {
    ...httpEmulator({ accepted, faults, listener, failAs: (fault) => void faults.add(faultFor(fault)) }),
    options: { pageId: pages.own, pageAccessToken: tokens.page, apiRoot },
    credentials: { appId: app.id, appSecret: app.secret, userToken: tokens.user, apiRoot },
    tokens,
    pages,
    accounts(list) {
      accounts = list;
    },
    requireProof() {
      isProofRequired = true;
      return () => {
        isProofRequired = false;
      };
    },
    refuseDuplicates() {
      areDuplicatesRefused = true;
      return () => {
        areDuplicatesRefused = false;
      };
    },
    usage(percent, more) {
      usage = percent === 0 ? {} : usageHeaders(percent, more);
    },
    refuse: (error, { status, headers, ...rule } = {}) =>
      faults.add({ reply: refusalReply(error, { ...(status !== undefined && { status }), ...(headers && { headers }) }), ...rule }),
    limit: (limit) => limiter.limit(limit),
  };
}
