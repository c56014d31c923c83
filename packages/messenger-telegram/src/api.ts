import type { ApiMethods } from '@grammyjs/types';
import { createHttp, jsonObject, retryAfter } from '@sitemessage/http';
import { gatewayError, type Refusal } from './errors.ts';
import type { Settings } from './options.ts';

type Methods = ApiMethods<File>;
export type ParametersOf<Method extends keyof Methods> = Parameters<Methods[Method]>[0];
type Fields = Readonly<Record<string, unknown>>;
type ResultOf<Method extends keyof Methods> = ReturnType<Methods[Method]>;

/** The Bot API for one bot: https://core.telegram.org/bots/api. */
export interface Api {
  /**
   * Calls a method and returns its result.
   *
   * @throws {@link ApiRefusal} when the API refuses the call. One of core's errors when no reply came, or one
   * that is not from the API.
   */
  call<Method extends keyof Methods>(method: Method, parameters: ParametersOf<Method>, signal: AbortSignal): Promise<ResultOf<Method>>;
  close(): void;
}

/**
 * A refusal of the Bot API. The caller turns it into one of core's errors, because its meaning depends on the
 * call.
 */
export class ApiRefusal extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.description);
    this.refusal = refusal;
  }
}

/** No limit here: the signal of each call ends after the messenger's `timeoutMs`. */
const timeoutMs = 2 ** 31 - 1;

/** @throws ArgumentError `option_invalid` for a wrong proxy that a function returned. */
export function openApi({ apiRoot, token, proxy }: Pick<Settings, 'apiRoot' | 'token' | 'proxy'>): Api {
  // The bot's id is public, so the part after the colon is a secret by itself.
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

/** Telegram names the wait in the reply, and in a header. */
function refusalOf(status: number, reply: Fields, headers: Headers, excerpt: (text: string) => string): Refusal {
  const { retry_after: seconds, migrate_to_chat_id: movedTo } = (reply.parameters ?? {}) as Fields;
  return {
    status,
    description: excerpt(String(reply.description)),
    retryAfterMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1_000 : retryAfter(headers),
    movedTo: Number.isSafeInteger(movedTo) ? (movedTo as number) : undefined,
  };
}

/** Returns the parameters as JSON. With a file, returns a form, in which objects are JSON. */
function bodyOf(parameters: Fields): { readonly json: unknown } | { readonly body: FormData } {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  if (!given.some(([, value]) => value instanceof File)) return { json: Object.fromEntries(given) };
  const form = new FormData();
  for (const [name, value] of given) form.append(name, value instanceof File || typeof value === 'string' ? value : JSON.stringify(value));
  return { body: form };
}
