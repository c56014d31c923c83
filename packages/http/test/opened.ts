import { createHttp, type Http, type HttpOptions } from '../src/index.ts';

/** Makes an instance that is closed at the end of its block: `using http = opened(...)`. */
export function opened(options: HttpOptions): Http & Disposable {
  const http = createHttp(options);
  return Object.assign(http, { [Symbol.dispose]: () => http.close() });
}
