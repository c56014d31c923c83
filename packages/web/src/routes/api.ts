import type { Preference } from '@sitemessage/core';
import type { Context, Hono } from 'hono';
import { privacyHeaders } from '../answers.ts';
import { readJson } from '../body.ts';
import { choicesOf } from '../form.ts';
import { type WebContext, withLink } from './route.ts';
import { resubscribe, subscriptionOf } from './subscription.ts';

/** Adds the JSON API, which does the same as the pages, for a page of the application. */
export function addApi(app: Hono, web: WebContext): void {
  const { site, settings, answers } = web;
  const api = `${settings.basePath}/api`;
  const json = (body: object, status = 200): Response => Response.json(body, { status, headers: privacyHeaders });
  const notAllowed = (): Response => json({ error: 'not_allowed' }, 409);

  app.get(
    `${api}/unsubscribe/:token`,
    withLink('unsubscribe', web, async (_, subject) => json(await subscriptionOf(subject, web))),
  );

  app.post(
    `${api}/unsubscribe/:token`,
    withLink('unsubscribe', web, async (_, subject) => {
      await site.unsubscribeRecipient(subject.type, subject);
      return json(await subscriptionOf(subject, web));
    }),
  );

  app.post(
    `${api}/resubscribe/:token`,
    withLink('unsubscribe', web, async (_, subject) =>
      (await resubscribe(subject, web)) ? json(await subscriptionOf(subject, web)) : notAllowed(),
    ),
  );

  app.get(
    `${api}/preferences/:token`,
    withLink('preferences', web, async (_, subject) => json(await site.getRecipientPreferences(subject, settings.preferences))),
  );

  app.put(
    `${api}/preferences/:token`,
    withLink('preferences', web, async (context, subject) => {
      const wishes = await readPreferences(context);
      if (!wishes) return answers.refused(context);
      const choices = choicesOf(await site.getRecipientPreferences(subject, settings.preferences));
      const isAllowed = ({ type, messenger }: Preference): boolean =>
        choices.some((choice) => choice.type === type && choice.messenger === messenger);
      if (!wishes.every(isAllowed)) return notAllowed();
      await site.setRecipientPreferences(subject, wishes);
      return json(await site.getRecipientPreferences(subject, settings.preferences));
    }),
  );
}

async function readPreferences(context: Context): Promise<readonly Preference[] | undefined> {
  const body = await readJson(context);
  return Array.isArray(body) && body.every(isPreference) && !hasRepetition(body) ? body : undefined;
}

function isPreference(given: unknown): given is Preference {
  if (typeof given !== 'object' || given === null) return false;
  const { type, messenger, isSubscribed } = given as Record<keyof Preference, unknown>;
  return typeof type === 'string' && typeof messenger === 'string' && typeof isSubscribed === 'boolean';
}

/** Tells whether a pair of type and messenger is there twice, so that it is unclear which one counts. */
function hasRepetition(preferences: readonly Preference[]): boolean {
  return new Set(preferences.map(({ type, messenger }) => JSON.stringify([type, messenger]))).size < preferences.length;
}
