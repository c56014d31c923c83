import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message that reached the provider. */
interface Arrival {
  readonly id: string;
  readonly address: string;
  /** The time on the monotonic clock of the test, in milliseconds. */
  readonly at: number;
}

export interface Provider {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  /** Answers the `n`th message, counted from 1, with 429 and this wait in milliseconds. */
  refuse(n: number, waitMs: number): void;
  close(): Promise<void>;
}

/** Starts a provider that takes the messages of all workers over HTTP, without delay. */
export async function startProvider(): Promise<Provider> {
  const arrivals: Arrival[] = [];
  let refusal: { readonly n: number; readonly waitMs: number } | undefined;
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url as string, 'http://localhost');
    arrivals.push({ id: searchParams.get('id') as string, address: searchParams.get('address') as string, at: performance.now() });
    const isRefused = arrivals.length === refusal?.n;
    response.writeHead(isRefused ? 429 : 200, isRefused ? { 'retry-after': String((refusal?.waitMs as number) / 1_000) } : {}).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    arrivals,
    refuse(n, waitMs) {
      refusal = { n, waitMs };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
