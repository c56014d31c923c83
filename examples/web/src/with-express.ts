import { getRequestListener } from '@hono/node-server';
import type { WebHandler } from '@sitemessage/web';
import express, { type Express } from 'express';

export function withExpress(handler: WebHandler): Express {
  const app = express();
  // Mount it before body parsers, because a body can be read only once. `app.use` would remove the path.
  app.all('/messages/*path', getRequestListener(handler));
  app.use(express.urlencoded(), express.json());
  app.get('/', (_, response) => void response.send('The shop'));
  return app;
}
