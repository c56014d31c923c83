import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, isIPv6, type Socket } from 'node:net';
import { readRetryAfter } from '../retry-after.ts';
import { hostOf, loginOf, ProxyError } from './proxy.ts';

/**
 * Connects through an HTTP proxy by CONNECT (RFC 9110, 9.3.6), with a Basic login (RFC 7617).
 *
 * @throws ProxyError
 */
export function connectByHttp(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const isSecure = proxy.protocol === 'https:';
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const request = (isSecure ? httpsRequest : httpRequest)({
    method: 'CONNECT',
    host: hostOf(proxy),
    // Without it, Node compares the proxy's certificate with the header `host`, which names the server.
    servername: isIP(hostOf(proxy)) ? '' : hostOf(proxy),
    port: proxy.port || (isSecure ? 443 : 80),
    path: authority,
    headers: { host: authority, ...authorization(proxy) },
    agent: false,
    signal,
  });
  return new Promise((resolve, reject) => {
    request.on('error', ({ message }) => {
      reject(new ProxyError(proxy, 'unreachable', signal.aborted ? 'did not answer in time' : `did not connect: ${message}`));
    });
    request.on('connect', (reply, socket: Socket, early) => {
      const { statusCode = 0 } = reply;
      if (statusCode >= 200 && statusCode < 300) {
        // A server that speaks first, as in SMTP, may have spoken already.
        if (early.length > 0) socket.unshift(early);
        resolve(socket);
      } else {
        socket.destroy();
        reject(refusal(proxy, statusCode, reply));
      }
    });
    request.end();
  });
}

function refusal(proxy: URL, status: number, { headers }: IncomingMessage): ProxyError {
  const answered = `answered ${status}`;
  if (status === 429) {
    return new ProxyError(proxy, 'busy', `${answered}: too many requests`, readRetryAfter(headers['retry-after'] ?? ''));
  }
  if (status >= 500) return new ProxyError(proxy, 'target', answered);
  const isRedirect = status >= 300 && status < 400;
  return new ProxyError(proxy, 'refused', isRedirect ? `${answered}, a redirect, which is not followed` : answered);
}

function authorization(proxy: URL): Readonly<Record<string, string>> {
  const { user, password } = loginOf(proxy);
  if (user === '' && password === '') return {};
  return { 'proxy-authorization': `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}
