import { PermanentError, redactor } from '@sitemessage/core';
import { createHttp, jsonObject } from '@sitemessage/http';
import type {
  MessagesSendDeprecatedResponse,
  MessagesSendParams,
  MessagesSendUserIdsResponse,
  WallPostParams,
  WallPostResponse,
} from '@vkontakte/api-schema-typescript';
import { errorFor, type Method, type Refusal } from './errors.ts';
import { gatewayError, isGateway, unreadableError } from './gateway.ts';
import type { Settings } from './options.ts';

/** What is asked and what comes back, in VK's own types: a parameter that VK does not have does not compile. */
interface Methods {
  'wall.post': { readonly parameters: WallPostParams; readonly response: WallPostResponse };
  'messages.send': {
    readonly parameters: MessagesSendParams;
    readonly response: MessagesSendDeprecatedResponse | MessagesSendUserIdsResponse;
  };
}

/** The API of VK with one token: https://dev.vk.com/en/api/api-requests. */
export interface Api {
  /** @throws One of core's errors, also for what VK refuses. */
  call<M extends Method>(method: M, parameters: Methods[M]['parameters'], signal: AbortSignal): Promise<Methods[M]['response']>;
  close(): void;
}

type Fields = Readonly<Record<string, unknown>>;

/** The caller's signal says how long to wait: `timeoutMs` of the messenger. */
const timeoutMs = 2 ** 31 - 1;

/** Of a captcha's page or picture, which has to stay whole: longer URLs open in no browser. */
const longestLink = 2_000;

/** @throws ArgumentError `option_invalid` for a wrong proxy that a function returned. */
export function openApi({ apiRoot, accessToken, version, proxy }: Omit<Settings, 'requestsPerSecond'>): Api {
  const secrets = redactor([accessToken]);
  const http = createHttp({ baseUrl: `${apiRoot}/method`, proxy, timeoutMs, secrets: [accessToken] });
  const headers = { authorization: `Bearer ${accessToken}` };
  const text = (value: unknown): string | undefined =>
    value === undefined ? undefined : secrets.text(String(value)).slice(0, longestLink);

  const refusalOf = (error: Fields, code: number, message: unknown): Refusal => ({
    code,
    subcode: typeof error.error_subcode === 'number' ? error.error_subcode : undefined,
    message: http.excerpt(String(message ?? '')),
    captchaSid: text(error.captcha_sid),
    captchaImg: text(error.captcha_img),
    redirectUri: text(error.redirect_uri),
  });

  return {
    async call(method, parameters, signal) {
      // JSON it does not read, and a long text does not fit into a URL.
      const body = new URLSearchParams({ ...written(parameters as Fields), v: version });
      const reply = await http.post(method, { body, headers, signal, throwHttpErrors: (status) => !isGateway(status) });
      const said = await reply.text();
      const { error, response } = jsonObject(said) ?? {};
      // Errors come with status 200, and those of a recipient inside of what looks like a success.
      const refused = asFields(error);
      if (refused && isCode(refused.error_code)) throw errorFor(refusalOf(refused, refused.error_code, refused.error_msg), method);
      if (!reply.ok) throw gatewayError(reply.status, http.excerpt(said));
      const inner = Array.isArray(response) ? asFields(response[0])?.error : undefined;
      const { code, description } = asFields(inner) ?? {};
      if (isCode(code)) throw errorFor(refusalOf({}, code, description), method);
      if (inner)
        throw new PermanentError(`VK refused the recipient: ${http.excerpt(String(description ?? inner))}`, { code: 'vk_recipient' });
      if (response !== undefined && response !== null) return response as never;
      throw unreadableError(http.excerpt(said));
    },
    close: () => http.close(),
  };
}

const isCode = (value: unknown): value is number => Number.isInteger(value) && (value as number) > 0;

const asFields = (value: unknown): Fields | undefined => (typeof value === 'object' && value !== null ? (value as Fields) : undefined);

function written(parameters: Fields): Record<string, string> {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
