import type { Hono } from 'hono';
import { readForm } from '../body.ts';
import { choicesOf, chosenIn } from '../form.ts';
import { urlOf, type WebContext, withLink } from './route.ts';

/** Adds the page of preferences. */
export function addPreferences(app: Hono, web: WebContext): void {
  const { site, settings, answers } = web;
  const path = `${settings.basePath}/preferences/:token`;

  app.get(
    path,
    withLink('preferences', web, async (context, subject) => {
      const preferences = await site.getRecipientPreferences(subject, settings.preferences);
      const preferencesUrl = urlOf('preferences', context);
      return answers.page(context, { kind: 'preferences', preferences, choices: choicesOf(preferences), preferencesUrl }, 200, subject);
    }),
  );

  app.post(
    path,
    withLink('preferences', web, async (context, subject) => {
      const form = await readForm(context);
      if (!form.has('shown')) return answers.refused(context);
      const chosen = chosenIn(form, choicesOf(await site.getRecipientPreferences(subject, settings.preferences)));
      if (chosen) await site.setRecipientPreferences(subject, chosen);
      const preferences = await site.getRecipientPreferences(subject, settings.preferences);
      const preferencesUrl = urlOf('preferences', context);
      const notice = chosen ? 'saved' : 'changed';
      return answers.page(
        context,
        { kind: 'preferences', preferences, choices: choicesOf(preferences), preferencesUrl, notice },
        chosen ? 200 : 409,
        subject,
      );
    }),
  );
}
