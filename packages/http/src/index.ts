export { createHttp, type Http } from './http.ts';
export type { HttpOptions, ProxyByProtocol, ProxyOption } from './options.ts';
export { retryAfter } from './status-error.ts';
