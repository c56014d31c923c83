import type { ApiMethods } from '@grammyjs/types';
import { createHttp, jsonObject, retryAfter } from '@sitemessage/http';
import type { Refusal } from './errors.ts';
import { gatewayError } from './gateway.ts';
import type { Settings } from './options.ts';

type Methods = ApiMethods<File>;
export type ParametersOf<Method extends keyof Methods> = Parameters<Methods[Method]>[0];
type Fields = Readonly<Record<string, unknown>>;
type ResultOf<Method extends keyof Methods> = ReturnType<Methods[Method]>;

/** The Bot API as one bot: https://core.telegram.org/bots/api. */
export interface Api {
  /** @throws {@link ApiRefusal} in the API's own words; one of core's errors when there was no reply, or none of the API. */
  call<Method extends keyof Methods>(method: Method, parameters: ParametersOf<Method>, signal: AbortSignal): Promise<ResultOf<Method>>;
  close(): void;
}

/** Never leaves this package: the caller maps it, since only the caller knows what it means. */
export class ApiRefusal extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.description);
    this.refusal = refusal;
  }
}

/** The caller's signal says how long to wait: `timeoutMs` of the messenger. */
const timeoutMs = 2 ** 31 - 1;

/** @throws ArgumentError `option_invalid` for a wrong proxy that a function returned. */
export function openApi({ apiRoot, token, proxy }: Pick<Settings, 'apiRoot' | 'token' | 'proxy'>): Api {
  // The part behind the colon is enough for anybody who knows the bot.
  const secrets = [token, token.slice(token.indexOf(':') + 1)];
  const http = createHttp({ baseUrl: `${apiRoot}/bot${token}`, proxy, timeoutMs, secrets });
  return {
    async call(method, parameters, signal) {
      const body = bodyOf((parameters ?? {}) as Fields);
      const response = await http.post(method, { ...body, signal, throwHttpErrors: false });
      const text = await response.text();
      const reply = jsonObject(text);
      if (reply?.ok === true) return reply.result as never;
      if (!reply || typeof reply.error_code !== 'number') throw gatewayError(response, http.excerpt(text));
      throw new ApiRefusal(refusalOf(reply.error_code, reply, response.headers, http.excerpt));
    },
    close: () => http.close(),
  };
}

/** The wait stands in the reply, and in a header too. */
function refusalOf(status: number, reply: Fields, headers: Headers, excerpt: (text: string) => string): Refusal {
  const { retry_after: seconds, migrate_to_chat_id: movedTo } = (reply.parameters ?? {}) as Fields;
  return {
    status,
    description: excerpt(String(reply.description)),
    retryAfterMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1_000 : retryAfter(headers),
    movedTo: Number.isSafeInteger(movedTo) ? (movedTo as number) : undefined,
  };
}

/** A file makes it a form, in which objects are JSON. */
function bodyOf(parameters: Fields): { readonly json: unknown } | { readonly body: FormData } {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  if (!given.some(([, value]) => value instanceof File)) return { json: Object.fromEntries(given) };
  const form = new FormData();
  for (const [name, value] of given) form.append(name, value instanceof File || typeof value === 'string' ? value : JSON.stringify(value));
  return { body: form };
}
