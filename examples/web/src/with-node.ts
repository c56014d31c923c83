import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { WebHandler } from '@sitemessage/web';

export function withNode(handler: WebHandler): Server {
  const messages = getRequestListener(handler);
  return createServer((request, response) => {
    if (request.url?.startsWith('/messages/')) return messages(request, response);
    response.end('The shop');
  });
}
