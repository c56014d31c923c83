import { createHttp, jsonObject } from '@sitemessage/http';
import type { IGetHttpRequestArgs, ITwitterApiClientPlugin } from 'twitter-api-v2';
import { errorFor, gatewayError, type Refusal, refusalOf } from './errors.ts';
import type { Settings } from './options.ts';

/** Sends the requests that `twitter-api-v2` builds and signs. */
export interface Transport {
  /**
   * Makes a plugin for one call. The signal aborts its requests. They throw core's errors. `errorOf` makes
   * the error for a refusal of X. Default: `errorFor`, for a request that is not a reply.
   */
  plugin(signal: AbortSignal, errorOf?: (refusal: Refusal) => Error): ITwitterApiClientPlugin;
  close(): void;
}

interface TransportOptions extends Pick<Settings, 'apiRoot' | 'proxy'> {
  /** Secrets to redact. Read again for each error, because tokens change. */
  secrets(): readonly string[];
  readonly timeoutMs: number;
}

/** The root of every URL that the library builds. */
const officialRoot = 'https://api.x.com';

/**
 * The private method by which the library signs. Because it is private, `package.json` pins the minor
 * version.
 */
interface Signer {
  getHttpRequestArgs(asked: IGetHttpRequestArgs): {
    readonly url: URL;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | Buffer<ArrayBuffer> | undefined;
  };
}

/**
 * Replaces the HTTP client of the library. That one cannot tell whether a failed request was written, has no
 * deadline, knows one host only, and keeps the request with its credentials in its errors.
 *
 * @throws ArgumentError `option_invalid` for a wrong proxy that a function returned.
 */
export function openTransport({ apiRoot, proxy, timeoutMs, secrets }: TransportOptions): Transport {
  const http = createHttp({ baseUrl: apiRoot, proxy, timeoutMs, secrets });
  return {
    plugin: (signal, errorOf = errorFor) => ({
      async onBeforeRequestConfig({ client, params }) {
        const url = `${apiRoot}${params.url.slice(officialRoot.length)}`;
        // By default the library guesses the body's format from the path, which `apiRoot` can change.
        const { forceBodyMode = 'json' } = params;
        const signed = (client as unknown as Signer).getHttpRequestArgs({ ...params, url, forceBodyMode });
        const { method, headers, body } = signed;
        const path = signed.url.href.slice(apiRoot.length + 1);
        const response = await http(path, { method, headers, ...(body !== undefined && { body }), signal, throwHttpErrors: false });
        const text = await response.text();
        const reply = jsonObject(text);
        if (response.ok && (reply || text === '')) return { data: reply ?? {}, headers: Object.fromEntries(response.headers) };
        // A successful reply is not shown: it can hold a new token, which is not redacted yet.
        if (response.ok) throw gatewayError(response, '');
        const refusal = response.status === 407 ? undefined : refusalOf(response, reply, http.excerpt);
        throw refusal ? errorOf(refusal) : gatewayError(response, http.excerpt(text));
      },
    }),
    close: () => http.close(),
  };
}
