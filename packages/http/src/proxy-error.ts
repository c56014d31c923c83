/**
 * Why a proxy did not connect:
 * - `refused`: it does not let us, by its rules or for want of the right password;
 * - `unreachable`: it cannot be reached, or says nothing, or nothing that a proxy says;
 * - `busy`: it is asked too often;
 * - `target`: it is willing, and cannot reach the server itself.
 */
export type ProxyFault = 'refused' | 'unreachable' | 'busy' | 'target';

/** Without credentials: those are in the URL of the proxy, of which only host and port are shown. */
export class ProxyError extends Error {
  override readonly name: string = 'ProxyError';
  readonly fault: ProxyFault;
  /** For how long a busy one wants to be left alone, when it says so. */
  readonly retryAfterMs: number | undefined;

  constructor(proxy: URL, fault: ProxyFault, problem: string, retryAfterMs?: number) {
    super(`the proxy ${proxy.host} ${problem}`);
    this.fault = fault;
    this.retryAfterMs = retryAfterMs;
  }
}
