import { Hono } from 'hono';
import { bareFailure, createAnswers } from './answers.ts';
import { readOptions, type WebOptions } from './options/options.ts';
import { addApi } from './routes/api.ts';
import { addPixel } from './routes/pixel.ts';
import { addPreferences } from './routes/preferences.ts';
import { addUnsubscribe } from './routes/unsubscribe.ts';
import { checkSite, type WebSite } from './site.ts';

/**
 * Answers whatever comes. It rejects only with what the application's `onError` throws.
 *
 * `environment` may hold the request of node:http as `incoming`, as `getRequestListener` of `@hono/node-server` passes it. A body
 * that a parser has read already is taken from there.
 */
export type WebHandler = (request: Request, environment?: unknown) => Promise<Response>;

/**
 * Answers the links that `createLinks` of core makes: unsubscribing, the page of preferences, and the image that tells of reading.
 *
 * @throws ConfigurationError for what is no site, and for an option that is not what it should be, or that there is not; it names the option, and
 * shows no secret.
 */
export function createWebHandler(site: WebSite, options: WebOptions): WebHandler {
  checkSite(site);
  const settings = readOptions(options);
  const answers = createAnswers(settings);
  const parts = { site, settings, answers };
  const app = new Hono();
  app.notFound((context) => answers.invalid(context));
  app.onError((error, context) => {
    settings.report(error);
    return answers.failed(context);
  });
  for (const add of [addUnsubscribe, addPreferences, addPixel, addApi]) add(app, parts);
  return async (request, environment) => {
    try {
      return await app.fetch(request, Object(environment));
    } catch (error) {
      settings.report(error);
      return bareFailure();
    }
  };
}
