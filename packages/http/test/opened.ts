import { createHttp, type Http, type HttpOptions } from '../src/index.ts';

/** Closed at the end of its block. */
export function opened(options: HttpOptions): Http & Disposable {
  const http = createHttp(options);
  return Object.assign(http, { [Symbol.dispose]: () => http.close() });
}
