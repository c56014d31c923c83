import { createHttp, jsonObject } from '@sitemessage/http';
import type { IGetHttpRequestArgs, ITwitterApiClientPlugin } from 'twitter-api-v2';
import { errorFor } from './errors.ts';
import { gatewayError } from './gateway.ts';
import type { Settings } from './options.ts';
import { type Refusal, refusalOf } from './refusal.ts';

/** Carries what `twitter-api-v2` has put together and signed. */
export interface Transport {
  /**
   * For one piece of work, which ends with the signal. What it throws is one of core's errors, also for what X refuses: that one is made by
   * `refusedFor`. Default: as for what names nothing that may be missing.
   */
  plugin(signal: AbortSignal, refusedFor?: (refusal: Refusal) => Error): ITwitterApiClientPlugin;
  close(): void;
}

interface TransportOptions extends Pick<Settings, 'apiRoot' | 'proxy'> {
  /** Secrets to redact. Read again for each error, because tokens change. */
  secrets(): readonly string[];
  readonly timeoutMs: number;
}

/** Where the library believes that everything goes. */
const officialRoot = 'https://api.x.com';

/** The method that the library signs with, which it keeps to itself; so its minor versions are pinned. */
interface Signer {
  getHttpRequestArgs(asked: IGetHttpRequestArgs): {
    readonly url: URL;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | Buffer<ArrayBuffer> | undefined;
  };
}

/**
 * In place of the library's own requests, which cannot say whether anything was written when they fail, have no deadline, go to no other
 * place, and leave the request with its credentials in their errors.
 *
 * @throws ArgumentError `option_invalid` for a wrong proxy that a function returned.
 */
export function openTransport({ apiRoot, proxy, timeoutMs, secrets }: TransportOptions): Transport {
  const http = createHttp({ baseUrl: apiRoot, proxy, timeoutMs, secrets });
  return {
    plugin: (signal, refusedFor = errorFor) => ({
      async onBeforeRequestConfig({ client, params }) {
        const url = `${apiRoot}${params.url.slice(officialRoot.length)}`;
        // Otherwise the library guesses it from the path, which need not begin as it does at X.
        const { forceBodyMode = 'json' } = params;
        const signed = (client as unknown as Signer).getHttpRequestArgs({ ...params, url, forceBodyMode });
        const { method, headers, body } = signed;
        const path = signed.url.href.slice(apiRoot.length + 1);
        const response = await http(path, { method, headers, ...(body !== undefined && { body }), signal, throwHttpErrors: false });
        const text = await response.text();
        const reply = jsonObject(text);
        if (response.ok && (reply || text === '')) return { data: reply ?? {}, headers: Object.fromEntries(response.headers) };
        // What a good one says is not shown: it can hold a token that nobody knows yet.
        if (response.ok) throw gatewayError(response, '');
        const refusal = response.status === 407 ? undefined : refusalOf(response, reply, http.excerpt);
        throw refusal ? refusedFor(refusal) : gatewayError(response, http.excerpt(text));
      },
    }),
    close: () => http.close(),
  };
}
