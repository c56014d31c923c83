import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as the server received it. */
interface RecordedRequest {
  readonly verb: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An HTTP server on 127.0.0.1 that keeps its requests. */
interface RecordingServer extends AsyncDisposable {
  readonly url: string;
  /** The requests so far, oldest first. */
  readonly requests: readonly RecordedRequest[];
}

/** Starts an HTTP server that gives every request the same answer, as JSON. */
export async function startRecordingServer(answer: unknown): Promise<RecordingServer> {
  const requests: RecordedRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const { method, url, headers } = incoming;
    requests.push({ verb: method, url, headers, body: await text(incoming) });
    response.end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
