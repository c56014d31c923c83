import type { Hono } from 'hono';
import { privacy } from '../answers.ts';
import type { WebParts } from './route.ts';

/** One transparent pixel. */
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** The image comes for every token, so that no mail has a hole in it, and nobody learns which ones are good. */
export function addPixel(app: Hono, { site, settings }: WebParts): void {
  app.get(`${settings.basePath}/pixel/:token`, async ({ req }) => {
    const message = settings.links.read('pixel', req.param('token'));
    if (message && req.method === 'GET') await site.reportOutcome({ id: message.dispatchId }, 'read').catch(settings.report);
    return new Response(gif, { headers: { ...privacy, 'content-type': 'image/gif', 'content-length': String(gif.length) } });
  });
}
