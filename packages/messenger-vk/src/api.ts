import { PermanentError, redactor } from '@sitemessage/core';
import { createHttp, jsonObject } from '@sitemessage/http';
import type {
  MessagesSendDeprecatedResponse,
  MessagesSendParams,
  MessagesSendUserIdsResponse,
  WallPostParams,
  WallPostResponse,
} from '@vkontakte/api-schema-typescript';
import { errorFor, gatewayError, isGateway, type Method, type Refusal, unreadableError } from './errors.ts';
import type { Settings } from './options.ts';

/** The parameters and responses in VK's own types, so that an unknown parameter does not compile. */
interface Methods {
  'wall.post': { readonly parameters: WallPostParams; readonly response: WallPostResponse };
  'messages.send': {
    readonly parameters: MessagesSendParams;
    readonly response: MessagesSendDeprecatedResponse | MessagesSendUserIdsResponse;
  };
}

/** The API of VK for one token: https://dev.vk.com/en/api/api-requests. */
export interface Api {
  /** Calls a method and returns its response. @throws One of core's errors, also when VK refuses. */
  call<M extends Method>(method: M, parameters: Methods[M]['parameters'], signal: AbortSignal): Promise<Methods[M]['response']>;
  close(): void;
}

type Fields = Readonly<Record<string, unknown>>;

/** No limit here: the signal of each call ends after the messenger's `timeoutMs`. */
const timeoutMs = 2 ** 31 - 1;

/** The longest URL of a captcha, in UTF-16 units. It must stay whole, and browsers open no longer ones. */
const longestLink = 2_000;

/** @throws ArgumentError `option_invalid` for a wrong proxy that a function returned. */
export function openApi({ apiRoot, accessToken, version, proxy }: Omit<Settings, 'requestsPerSecond'>): Api {
  const secrets = redactor([accessToken]);
  const http = createHttp({ baseUrl: `${apiRoot}/method`, proxy, timeoutMs, secrets: [accessToken] });
  const headers = { authorization: `Bearer ${accessToken}` };
  const redactLink = (value: unknown): string | undefined =>
    value === undefined ? undefined : secrets.text(String(value)).slice(0, longestLink);

  const refusalOf = (error: Fields, code: number, message: unknown): Refusal => ({
    code,
    subcode: typeof error.error_subcode === 'number' ? error.error_subcode : undefined,
    message: http.excerpt(String(message ?? '')),
    captchaSid: redactLink(error.captcha_sid),
    captchaImg: redactLink(error.captcha_img),
    redirectUri: redactLink(error.redirect_uri),
  });

  return {
    async call(method, parameters, signal) {
      // VK does not read JSON, and a long text does not fit into a URL.
      const body = new URLSearchParams({ ...formFieldsOf(parameters as Fields), v: version });
      const reply = await http.post(method, { body, headers, signal, throwHttpErrors: (status) => !isGateway(status) });
      const text = await reply.text();
      const { error, response } = jsonObject(text) ?? {};
      // Errors have the status 200. The error of a recipient is inside a successful response.
      const refused = asFields(error);
      if (refused && isCode(refused.error_code)) throw errorFor(refusalOf(refused, refused.error_code, refused.error_msg), method);
      if (!reply.ok) throw gatewayError(reply.status, http.excerpt(text));
      const inner = Array.isArray(response) ? asFields(response[0])?.error : undefined;
      const { code, description } = asFields(inner) ?? {};
      if (isCode(code)) throw errorFor(refusalOf({}, code, description), method);
      if (inner)
        throw new PermanentError(`VK refused the recipient: ${http.excerpt(String(description ?? inner))}`, { code: 'vk_recipient' });
      if (response !== undefined && response !== null) return response as never;
      throw unreadableError(http.excerpt(text));
    },
    close: () => http.close(),
  };
}

const isCode = (value: unknown): value is number => Number.isInteger(value) && (value as number) > 0;

const asFields = (value: unknown): Fields | undefined => (typeof value === 'object' && value !== null ? (value as Fields) : undefined);

function formFieldsOf(parameters: Fields): Record<string, string> {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
