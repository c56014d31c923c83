import { Hono } from 'hono';
import { createAnswers, plainFailure } from './answers.ts';
import { checkSite, readOptions, type WebOptions, type WebSite } from './options.ts';
import { addApi } from './routes/api.ts';
import { addPixel } from './routes/pixel.ts';
import { addPreferences } from './routes/preferences.ts';
import { addUnsubscribe } from './routes/unsubscribe.ts';

/**
 * Answers a request. It rejects only with an error that `onError` of the options throws.
 *
 * `environment` may hold the request of node:http as `incoming`, as `getRequestListener` of
 * `@hono/node-server` passes it. The handler takes a body from there that a parser has already read.
 */
export type WebHandler = (request: Request, environment?: unknown) => Promise<Response>;

/**
 * Makes the handler of the links that `createLinks` makes: unsubscribing, the page of preferences, and the
 * pixel that reports reading.
 *
 * @throws ArgumentError for a wrong site (`argument_invalid`) or option (`option_unknown`,
 * `option_invalid`). It names the option and shows no secret.
 */
export function createWebHandler(site: WebSite, options: WebOptions): WebHandler {
  checkSite(site);
  const settings = readOptions(options);
  const answers = createAnswers(settings);
  const web = { site, settings, answers };
  const app = new Hono();
  app.notFound((context) => answers.invalid(context));
  app.onError((error, context) => {
    settings.report(error);
    return answers.failed(context);
  });
  for (const add of [addUnsubscribe, addPreferences, addPixel, addApi]) add(app, web);
  return async (request, environment) => {
    try {
      return await app.fetch(request, Object(environment));
    } catch (error) {
      settings.report(error);
      return plainFailure();
    }
  };
}
