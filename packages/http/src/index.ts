export { createHttp, type Http } from './http.ts';
export { jsonObject } from './json.ts';
export type { HttpOptions } from './options.ts';
export { checkProxy, type ProxyByProtocol, type ProxyOption } from './proxy-option.ts';
export { retryAfter } from './retry-after.ts';
export { checkBaseUrl, isHttpUrl, normalizeBaseUrl } from './url.ts';
