import type { ApiMethods } from '@grammyjs/types';
import { createHttp, jsonObject } from '@sitemessage/http';
import type { Refusal } from './errors.ts';
import { gatewayError } from './gateway.ts';
import type { Settings } from './options.ts';

type Methods = ApiMethods<File>;
export type ParametersOf<Method extends keyof Methods> = Parameters<Methods[Method]>[0];
type ResultOf<Method extends keyof Methods> = ReturnType<Methods[Method]>;

/** The Bot API as one bot: https://core.telegram.org/bots/api. */
export interface Api {
  /** @throws {@link ApiRefusal} in the API's own words; one of core's errors when there was no reply, or none of the API. */
  call<Method extends keyof Methods>(method: Method, parameters: ParametersOf<Method>, signal: AbortSignal): Promise<ResultOf<Method>>;
  close(): void;
}

/** Never leaves this package: it is mapped first, since only the one who called knows what it means. */
export class ApiRefusal extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.description);
    this.refusal = refusal;
  }
}

/** Whoever calls has a signal that knows how long to wait: `timeoutMs` of the messenger. */
const timeoutMs = 2 ** 31 - 1;

/** @throws ConfigurationError of code `http_option` for a wrong proxy. */
export function openApi({ apiRoot, token, proxy }: Pick<Settings, 'apiRoot' | 'token' | 'proxy'>): Api {
  // What follows the colon is enough for whoever knows the bot.
  const secrets = [token, token.slice(token.indexOf(':') + 1)];
  const http = createHttp({ baseUrl: `${apiRoot}/bot${token}`, proxy, timeoutMs, secrets });
  return {
    async call(method, parameters, signal) {
      const body = bodyOf((parameters ?? {}) as Readonly<Record<string, unknown>>);
      const response = await http.post(method, { ...body, signal, throwHttpErrors: false });
      const text = await response.text();
      const reply = jsonObject(text);
      if (reply?.ok === true) return reply.result as never;
      if (!reply || typeof reply.error_code !== 'number') throw gatewayError(response, http.excerpt(text));
      throw new ApiRefusal({ ...(reply as unknown as Refusal), description: http.excerpt(String(reply.description)) });
    },
    close: () => http.close(),
  };
}

/** A file makes it a form, in which objects are JSON. */
function bodyOf(parameters: Readonly<Record<string, unknown>>): { readonly json: unknown } | { readonly body: FormData } {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  if (!given.some(([, value]) => value instanceof File)) return { json: Object.fromEntries(given) };
  const form = new FormData();
  for (const [name, value] of given) form.append(name, value instanceof File || typeof value === 'string' ? value : JSON.stringify(value));
  return { body: form };
}
