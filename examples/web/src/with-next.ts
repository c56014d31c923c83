import type { WebHandler } from '@sitemessage/web';

/** For `app/messages/[...path]/route.ts`: `export const { GET, POST, PUT } = withNext(handler);` */
export function withNext(handler: WebHandler): Readonly<Record<'GET' | 'POST' | 'PUT', WebHandler>> {
  return { GET: handler, POST: handler, PUT: handler };
}
