/**
 * Why a proxy did not connect:
 * - `refused`: it does not let us, by its rules or for want of the right password;
 * - `unreachable`: it cannot be reached, or says nothing, or nothing that a proxy says;
 * - `target`: it is willing, and cannot reach the server itself.
 */
export type ProxyFault = 'refused' | 'unreachable' | 'target';

/** Without credentials: those are in the URL of the proxy, of which only host and port are shown. */
export class ProxyError extends Error {
  override readonly name: string = 'ProxyError';
  readonly fault: ProxyFault;

  constructor(proxy: URL, fault: ProxyFault, problem: string) {
    super(`the proxy ${proxy.host} ${problem}`);
    this.fault = fault;
  }
}
