import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, isIPv6, type Socket } from 'node:net';
import { ProxyError } from '../proxy-error.ts';
import { readRetryAfter } from '../retry-after.ts';
import { hostname, login } from './address.ts';

/**
 * RFC 9110, 9.3.6, with the login of RFC 7617.
 *
 * @throws ProxyError
 */
export function throughHttp(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const isSecure = proxy.protocol === 'https:';
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const asking = (isSecure ? httpsRequest : httpRequest)({
    method: 'CONNECT',
    host: hostname(proxy),
    // Otherwise node takes the name in the header, which is that of the server, for the one in the proxy's certificate.
    servername: isIP(hostname(proxy)) ? '' : hostname(proxy),
    port: proxy.port || (isSecure ? 443 : 80),
    path: authority,
    headers: { host: authority, ...authorization(proxy) },
    agent: false,
    signal,
  });
  return new Promise((resolve, reject) => {
    asking.on('error', ({ message }) => {
      reject(new ProxyError(proxy, 'unreachable', signal.aborted ? 'did not answer in time' : `did not connect: ${message}`));
    });
    asking.on('connect', (reply, socket: Socket, early) => {
      const { statusCode = 0 } = reply;
      if (statusCode >= 200 && statusCode < 300) {
        // A server that speaks first, such as one of SMTP, may have spoken already.
        if (early.length > 0) socket.unshift(early);
        resolve(socket);
      } else {
        socket.destroy();
        reject(refusal(proxy, statusCode, reply));
      }
    });
    asking.end();
  });
}

function refusal(proxy: URL, status: number, { headers }: IncomingMessage): ProxyError {
  const answered = `answered ${status}`;
  if (status === 429) {
    return new ProxyError(proxy, 'busy', `${answered}: it is asked too often`, readRetryAfter(headers['retry-after'] ?? ''));
  }
  if (status >= 500) return new ProxyError(proxy, 'target', answered);
  const isElsewhere = status >= 300 && status < 400;
  return new ProxyError(proxy, 'refused', isElsewhere ? `${answered}: it points elsewhere, and no proxy is looked for there` : answered);
}

function authorization(proxy: URL): Readonly<Record<string, string>> {
  const { user, password } = login(proxy);
  if (user === '' && password === '') return {};
  return { 'proxy-authorization': `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}
