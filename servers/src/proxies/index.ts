export { startHttpProxy } from './http.ts';
export { startMicrosocks } from './microsocks.ts';
export type { ProxyProgram } from './program.ts';
export type { Login, ProxyOptions, RunningProxy } from './proxy.ts';
export { startSocks5 } from './socks5.ts';
export { startTinyproxy } from './tinyproxy.ts';
