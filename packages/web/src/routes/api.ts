import type { Preference } from '@sitemessage/core';
import type { Context, Hono } from 'hono';
import { privacy } from '../answers.ts';
import { readJson } from '../body.ts';
import { choicesOf } from '../form.ts';
import { resubscribe, subscriptionOf } from '../subscription.ts';
import { linked, type WebParts } from './route.ts';

/** The same as the pages, for a page of the application. */
export function addApi(app: Hono, parts: WebParts): void {
  const { site, settings, answers } = parts;
  const api = `${settings.basePath}/api`;
  const json = (body: object, status = 200): Response => Response.json(body, { status, headers: privacy });
  const notAllowed = (): Response => json({ error: 'not_allowed' }, 409);

  app.get(
    `${api}/unsubscribe/:token`,
    linked('unsubscribe', parts, async (_, subject) => json(await subscriptionOf(subject, parts))),
  );

  app.post(
    `${api}/unsubscribe/:token`,
    linked('unsubscribe', parts, async (_, subject) => {
      await site.unsubscribeRecipient(subject.type, subject);
      return json(await subscriptionOf(subject, parts));
    }),
  );

  app.post(
    `${api}/resubscribe/:token`,
    linked('unsubscribe', parts, async (_, subject) =>
      (await resubscribe(subject, parts)) ? json(await subscriptionOf(subject, parts)) : notAllowed(),
    ),
  );

  app.get(
    `${api}/preferences/:token`,
    linked('preferences', parts, async (_, subject) => json(await site.getRecipientPreferences(subject, settings.preferences))),
  );

  app.put(
    `${api}/preferences/:token`,
    linked('preferences', parts, async (context, subject) => {
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

/** Whether a type and a messenger are named twice: nobody knows which one counts. */
function hasRepetition(preferences: readonly Preference[]): boolean {
  return new Set(preferences.map(({ type, messenger }) => JSON.stringify([type, messenger]))).size < preferences.length;
}
