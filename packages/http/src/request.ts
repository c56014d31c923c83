import { type Agent, type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { readBody } from './body.ts';
import { ProxyError } from './tunnel/proxy.ts';

export interface OutgoingRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
  readonly agent: Agent;
  /** The time from the connection to the last byte of the reply, in milliseconds. */
  readonly timeoutMs: number;
  /** Each of them ends the request when it is aborted. */
  readonly signals: readonly AbortSignal[];
}

/** A reply that was read to its end. */
export interface Reply {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer<ArrayBuffer>;
}

/**
 * An option of node's requests that agents get too: the signal ends a connection that is still being made.
 */
export interface ConnectOptions {
  readonly connectSignal: AbortSignal;
}

/** A request that failed before its reply was read to the end. */
export class RequestError extends Error {
  override readonly name: string = 'RequestError';
  /** True when a part of the request may have reached the server. */
  readonly isWritten: boolean;

  constructor(isWritten: boolean, cause: unknown) {
    super('the request failed', { cause });
    this.isWritten = isWritten;
  }
}

/** The server, or a proxy or network before it, took longer than `timeoutMs`. */
export class TimeoutError extends Error {
  override readonly name: string = 'TimeoutError';

  constructor(ms: number) {
    super(`no reply within ${ms} ms`);
  }
}

/** A signal of the request was aborted. */
export class AbortError extends Error {
  override readonly name: string = 'AbortError';

  constructor(reason: unknown) {
    super('the request was aborted', { cause: reason });
  }
}

/**
 * Sends a request and reads its reply. Nothing is written before the connection stands; with TLS that is
 * after the server's certificate was checked. So an error before that means that nothing was sent.
 *
 * @throws RequestError, which says if something may have been sent.
 */
export async function exchange(url: URL, { method, headers, body, agent, timeoutMs, signals }: OutgoingRequest): Promise<Reply> {
  const aborted = signals.find((signal) => signal.aborted);
  if (aborted) throw new RequestError(false, new AbortError(aborted.reason));
  const connecting = new AbortController();
  const request = createRequest(url, { method, headers, agent, connectSignal: connecting.signal });
  const stop = (reason: Error): void => {
    connecting.abort(reason);
    // Without a socket the request ends when it gets one. A tunnel that is being made ends with its own
    // error.
    if (request.socket) request.destroy(reason);
  };
  const abort = ({ target }: Event): void => stop(new AbortError((target as AbortSignal).reason));
  const timer = setTimeout(() => stop(new TimeoutError(timeoutMs)), timeoutMs);
  for (const signal of signals) signal.addEventListener('abort', abort);
  const state = { isWritten: false };
  try {
    return await sendAndReceive(request, body, state, connecting.signal);
  } catch (error) {
    const isStopped = connecting.signal.aborted && !(error instanceof ProxyError);
    throw new RequestError(state.isWritten, isStopped ? connecting.signal.reason : error);
  } finally {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener('abort', abort);
  }
}

/** Node refuses some characters in headers that `Request` accepts. */
function createRequest(url: URL, options: RequestOptions & ConnectOptions): ClientRequest {
  try {
    return (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options);
  } catch (error) {
    throw new RequestError(false, error);
  }
}

function sendAndReceive(
  request: ClientRequest,
  body: Buffer | undefined,
  state: { isWritten: boolean },
  stopped: AbortSignal,
): Promise<Reply> {
  const isSecure = request.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const write = (): void => {
      state.isWritten = true;
      // A string goes out in one piece with the head, which takes a tenth less time than a Buffer.
      if (body) request.end(body.toString('latin1'), 'latin1');
      else request.end();
    };
    request.once('socket', (socket: Socket) => {
      const isReady = isSecure ? request.reusedSocket : !socket.connecting;
      if (stopped.aborted) request.destroy(stopped.reason);
      else if (isReady) write();
      else socket.once(isSecure ? 'secureConnect' : 'connect', write);
    });
    let isAnswered = false;
    request.once('response', (incoming) => {
      isAnswered = true;
      readReply(incoming).then(resolve, reject);
    });
    // The listener stays after the reply: an error that nobody hears ends the process.
    request.on('error', reject);
    request.once('close', () => {
      if (!isAnswered) reject(new Error('the connection was closed without a reply'));
    });
  });
}

async function readReply(incoming: IncomingMessage): Promise<Reply> {
  const body = await readBody(incoming);
  const { statusCode = 0, statusMessage = '', rawHeaders } = incoming;
  const headers: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) headers.push([rawHeaders[index] as string, rawHeaders[index + 1] as string]);
  return { status: statusCode, statusText: statusMessage, headers, body };
}
