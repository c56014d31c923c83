import { getRequestListener } from '@hono/node-server';
import type { WebHandler } from '@sitemessage/web';
import { type FastifyInstance, fastify } from 'fastify';

export function withFastify(handler: WebHandler): FastifyInstance {
  const app = fastify();
  const messages = getRequestListener(handler);
  app.get('/', () => 'The shop');
  app.register(async (scope) => {
    // The handler reads bodies itself.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    scope.all('/messages/*', (request, reply) => {
      reply.hijack();
      return messages(request.raw, reply.raw);
    });
  });
  return app;
}
