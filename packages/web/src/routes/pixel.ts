import type { Hono } from 'hono';
import { privacyHeaders } from '../answers.ts';
import type { WebContext } from './route.ts';

/** A transparent GIF of one pixel. */
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/**
 * Adds the pixel that reports reading. Every token gets the image, so that no mail shows a gap, and nobody
 * learns which tokens are good.
 */
export function addPixel(app: Hono, { site, settings }: WebContext): void {
  app.get(`${settings.basePath}/pixel/:token`, async ({ req }) => {
    const message = settings.links.read('pixel', req.param('token'));
    if (message && req.method === 'GET') await site.reportOutcome({ id: message.dispatchId }, 'read').catch(settings.report);
    return new Response(gif, { headers: { ...privacyHeaders, 'content-type': 'image/gif', 'content-length': String(gif.length) } });
  });
}
