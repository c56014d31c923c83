import type { Context, Hono } from 'hono';
import { privacyHeaders } from '../answers.ts';
import { readForm } from '../body.ts';
import { urlOf, type WebContext, withLink } from './route.ts';
import { resubscribe, subscriptionOf } from './subscription.ts';

/** Adds the pages to unsubscribe and to subscribe again, and the one click of mail programs. */
export function addUnsubscribe(app: Hono, web: WebContext): void {
  const { site, settings, answers } = web;
  const resubscribeUrl = (isOffered: boolean, context: Context) => (isOffered ? { resubscribeUrl: urlOf('resubscribe', context) } : {});

  app.get(
    `${settings.basePath}/unsubscribe/:token`,
    withLink('unsubscribe', web, async (context, subject) => {
      const subscription = await subscriptionOf(subject, web);
      const offer = resubscribeUrl(subscription.isAllowed && !subscription.isSubscribed, context);
      const unsubscribeUrl = urlOf('unsubscribe', context);
      return answers.page(context, { kind: 'unsubscribe', subscription, unsubscribeUrl, ...offer }, 200, subject);
    }),
  );

  app.post(
    `${settings.basePath}/unsubscribe/:token`,
    withLink('unsubscribe', web, async (context, subject) => {
      const form = await readForm(context);
      const isByOneClick = isOneClick(form);
      if (!isByOneClick && form.get('confirm') !== 'yes') return answers.refused(context);
      await site.unsubscribeRecipient(subject.type, subject);
      // The mail provider sends no cookies, follows no redirect, and shows no page.
      if (isByOneClick)
        return new Response('Unsubscribed.\n', { headers: { ...privacyHeaders, 'content-type': 'text/plain; charset=utf-8' } });
      const subscription = await subscriptionOf(subject, web);
      return answers.page(
        context,
        { kind: 'unsubscribed', subscription, ...resubscribeUrl(subscription.isAllowed, context) },
        200,
        subject,
      );
    }),
  );

  // Answers a reload of the page that says that the recipient is subscribed again.
  app.get(
    `${settings.basePath}/resubscribe/:token`,
    withLink(
      'unsubscribe',
      web,
      async (context) => new Response(null, { status: 303, headers: { ...privacyHeaders, location: urlOf('unsubscribe', context) } }),
    ),
  );

  app.post(
    `${settings.basePath}/resubscribe/:token`,
    withLink('unsubscribe', web, async (context, subject) => {
      const form = await readForm(context);
      if (form.get('resubscribe') !== 'yes' || !(await resubscribe(subject, web))) return answers.refused(context);
      const subscription = await subscriptionOf(subject, web);
      return answers.page(context, { kind: 'resubscribed', subscription }, 200, subject);
    }),
  );
}

/**
 * Recognizes the form that a mail provider posts (RFC 8058). Some end the value with a line end, or repeat
 * the field.
 */
function isOneClick(form: FormData): boolean {
  return form.getAll('List-Unsubscribe').some((value) => typeof value === 'string' && /^One-Click(\r?\n)?$/.test(value));
}
