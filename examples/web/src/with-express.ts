import { getRequestListener } from '@hono/node-server';
import type { WebHandler } from '@sitemessage/web';
import express, { type Express } from 'express';

export function withExpress(handler: WebHandler): Express {
  const app = express();
  // Before what parses bodies: a body can be read once. And not by `app.use`, which takes the path away.
  app.all('/messages/*path', getRequestListener(handler));
  app.use(express.urlencoded(), express.json());
  app.get('/', (_, response) => void response.send('The shop'));
  return app;
}
