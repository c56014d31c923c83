import type { Emulator, Received } from '@sitemessage/core/testing';
import { createHttpFaults, type HttpFault, type HttpReply, type HttpStage } from '../../http/faults.ts';
import { createGivenIds } from '../../http/given-ids.ts';
import { createLimiter } from '../../http/limiter.ts';
import { type HttpRequest, listenHttp } from '../../http/listener.ts';
import type { ProtocolContext, RunningProtocol } from '../../protocol.ts';
import { defaultAccounts, exchangeToken, type FbAccount, listAccounts } from './accounts.ts';
import { faultFor } from './contract-faults.ts';
import { readPost } from './feed.ts';
import { type Parameters, readParameters } from './parameters.ts';
import { type FbError, type FbErrorReply, Refusal, refusalReply } from './refusal.ts';
import { app, checkPage, checkProof, type FbTokenKind, pages, readToken, tokens } from './tokens.ts';
import { type FbUsage, usageHeaders } from './usage.ts';
import { checkVersion } from './version.ts';

/** The Graph API of a sandbox: `sandbox.fb`. */
export interface FbEmulator extends RunningProtocol {
  /** What `messengerContract` questions and breaks. Its `fail` replaces every fault. The page of the options is the address `''` to it. */
  readonly emulator: Emulator;
  /** Ready for `fb({ ...sandbox.fb.options })`. */
  readonly options: { readonly pageId: `${number}`; readonly pageAccessToken: string; readonly apiRoot: string };
  /** Ready for `getPageAccessTokens(sandbox.fb.credentials)`. The secret is also what `appSecret` of the messenger takes. */
  readonly credentials: {
    readonly appId: `${number}`;
    readonly appSecret: string;
    readonly userToken: string;
    readonly apiRoot: string;
  };
  readonly tokens: Readonly<Record<FbTokenKind, string>>;
  /** The page of the options, and another one. */
  readonly pages: typeof pages;
  /** What `/me/accounts` lists from now on. Default: both pages. */
  accounts(accounts: readonly FbAccount[]): void;
  /** From now on every call with a token needs its `appsecret_proof`. Returns what lifts it. */
  requireProof(): () => void;
  /** From now on the text that was posted last on a page is refused with 506. Returns what lifts it. */
  refuseDuplicates(): () => void;
  /** From now on replies say that so much is used up; 0 says nothing any more. */
  usage(percent: number, usage?: FbUsage): void;
  /** Makes something go wrong: a fault of HTTP; methods are `feed`, `access_token` and `accounts`. Returns what lifts it. */
  fail(fault: HttpFault): () => void;
  /** Refuses the next request, or so many, or those of one method, with an error of Facebook. Returns what lifts it. */
  refuse(
    error: FbError,
    options?: FbErrorReply & { readonly method?: string; readonly times?: number; readonly at?: HttpStage },
  ): () => void;
  /** Allows no more than `count` posts on a page in any `perMs`, and answers the rest with 80001 and a header that says how many minutes to wait. Returns what lifts it. */
  limit(limit: { readonly count: number; readonly perMs: number }): () => void;
  /** Lifts every fault. */
  heal(): void;
  /** Connections that were ever opened. */
  connected(): number;
  /** Requests that came, whatever became of them. */
  requests(): number;
}

const firstPost = 122_100_000_001;

export async function startFb({ inbox, random }: ProtocolContext): Promise<FbEmulator> {
  const faults = createHttpFaults(random);
  const limiter = createLimiter();
  const taken: Received[] = [];
  const ids = createGivenIds();
  const last = new Map<string, string>();
  let accounts = defaultAccounts;
  let isProofWanted = false;
  let areDuplicatesRefused = false;
  let usage: Readonly<Record<string, string>> = {};

  const post = (page: string, parameters: Parameters, raw: string): unknown => {
    const { message, link, isPublished } = readPost(parameters);
    const wait = limiter.tooEarly(page);
    if (wait > 0) {
      const headers = usageHeaders(100, { regainMinutes: Math.ceil(wait / 60_000) });
      throw new Refusal({ code: 80_001, message: '(#80001) There have been too many calls to this Page account' }, { headers });
    }
    const content = JSON.stringify([message, link]);
    if (areDuplicatesRefused && last.get(page) === content) throw new Refusal({ code: 506, message: '(#506) Duplicate status message' });
    last.set(page, content);
    const text = message.trim() === '' ? link : message;
    taken.push({ address: page === pages.own ? '' : page, text });
    inbox.add({ protocol: 'fb', address: page, text, headers: { link, published: String(isPublished) }, attachments: [], raw });
    return { id: ids.next(`${page}_${firstPost + taken.length}`) };
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
    checkProof(kind, parameters, isProofWanted);
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
    options: { pageId: pages.own, pageAccessToken: tokens.page, apiRoot },
    credentials: { appId: app.id, appSecret: app.secret, userToken: tokens.user, apiRoot },
    tokens,
    pages,
    accounts(list) {
      accounts = list;
    },
    requireProof() {
      isProofWanted = true;
      return () => {
        isProofWanted = false;
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
    fail: (fault) => faults.add(fault),
    refuse: (error, { status, headers, ...rule } = {}) =>
      faults.add({ reply: refusalReply(error, { ...(status !== undefined && { status }), ...(headers && { headers }) }), ...rule }),
    limit: (limit) => limiter.limit(limit),
    heal: () => faults.clear(),
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
