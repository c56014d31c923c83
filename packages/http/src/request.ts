import { type Agent, type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { readBody } from './body.ts';
import { ProxyError } from './proxy-error.ts';

/** What came back, read to its end. */
export interface Reply {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer<ArrayBuffer>;
}

/** How far a request got when it failed. */
export class Interruption extends Error {
  override readonly name: string = 'Interruption';
  /** Whether anything of it may have reached the server. */
  readonly isWritten: boolean;

  constructor(isWritten: boolean, cause: unknown) {
    super('the request was interrupted', { cause });
    this.isWritten = isWritten;
  }
}

export interface Outgoing {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
  readonly agent: Agent;
  /** From the connection to the last byte of the reply, in milliseconds. */
  readonly timeoutMs: number;
  /** Each ends it when it is aborted, wherever it is. */
  readonly signals: readonly AbortSignal[];
}

/** What an agent is told beside where to connect to: when nobody wants the connection any more. */
export interface Ending {
  readonly ending: AbortSignal;
}

/** The server, or what is on the way to it, took too long. */
export class Timeout extends Error {
  override readonly name: string = 'Timeout';

  constructor(ms: number) {
    super(`no reply within ${ms} ms`);
  }
}

/** Somebody wants it no more. */
export class Aborted extends Error {
  override readonly name: string = 'Aborted';

  constructor(reason: unknown) {
    super('it was aborted', { cause: reason });
  }
}

/**
 * One request and its reply. Nothing is written before the line stands (with TLS: before the server has proved who it is), so whatever
 * fails before that was not sent.
 *
 * @throws Interruption that says whether it may have been.
 */
export async function exchange(url: URL, { method, headers, body, agent, timeoutMs, signals }: Outgoing): Promise<Reply> {
  const over = signals.find(({ aborted }) => aborted);
  if (over) throw new Interruption(false, new Aborted(over.reason));
  const ending = new AbortController();
  const outgoing = prepare(url, { method, headers, agent, ending: ending.signal });
  const stop = (reason: Error): void => {
    ending.abort(reason);
    // Without a socket it would end when it gets one. A tunnel that is dug for it ends with an error of its own.
    if (outgoing.socket) outgoing.destroy(reason);
  };
  const abort = ({ target }: Event): void => stop(new Aborted((target as AbortSignal).reason));
  const timer = setTimeout(() => stop(new Timeout(timeoutMs)), timeoutMs);
  for (const signal of signals) signal.addEventListener('abort', abort);
  const state = { isWritten: false };
  try {
    return await perform(outgoing, body, state, ending.signal);
  } catch (error) {
    throw new Interruption(state.isWritten, ending.signal.aborted && !(error instanceof ProxyError) ? ending.signal.reason : error);
  } finally {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener('abort', abort);
  }
}

/** Node refuses characters in headers that a `Request` takes. */
function prepare(url: URL, options: RequestOptions & Ending): ClientRequest {
  try {
    return (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options);
  } catch (error) {
    throw new Interruption(false, error);
  }
}

function perform(outgoing: ClientRequest, body: Buffer | undefined, state: { isWritten: boolean }, ending: AbortSignal): Promise<Reply> {
  const isSecure = outgoing.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const write = (): void => {
      state.isWritten = true;
      // As a text it goes out in one piece with the head, which takes a tenth less time.
      if (body) outgoing.end(body.toString('latin1'), 'latin1');
      else outgoing.end();
    };
    outgoing.once('socket', (socket: Socket) => {
      const isReady = isSecure ? outgoing.reusedSocket : !socket.connecting;
      if (ending.aborted) outgoing.destroy(ending.reason);
      else if (isReady) write();
      else socket.once(isSecure ? 'secureConnect' : 'connect', write);
    });
    let isAnswered = false;
    outgoing.once('response', (incoming) => {
      isAnswered = true;
      read(incoming).then(resolve, reject);
    });
    // Also after the reply, where nobody waits for it any more.
    outgoing.on('error', reject);
    outgoing.once('close', () => {
      if (!isAnswered) reject(new Error('the connection was closed without a reply'));
    });
  });
}

async function read(incoming: IncomingMessage): Promise<Reply> {
  const body = await readBody(incoming);
  const { statusCode = 0, statusMessage = '', rawHeaders } = incoming;
  const headers: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) headers.push([rawHeaders[index] as string, rawHeaders[index + 1] as string]);
  return { status: statusCode, statusText: statusMessage, headers, body };
}
