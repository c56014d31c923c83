import type { WebHandler } from '@sitemessage/web';
import { Hono } from 'hono';

export function withHono(handler: WebHandler): Hono {
  const app = new Hono();
  app.get('/', (context) => context.text('The shop'));
  app.all('/messages/*', (context) => handler(context.req.raw));
  return app;
}
