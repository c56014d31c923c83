import type { Context, Hono } from 'hono';
import { privacy } from '../answers.ts';
import { readForm } from '../body.ts';
import { isOneClick } from '../one-click.ts';
import { resubscribe, subscriptionOf } from '../subscription.ts';
import { linked, urlOf, type WebParts } from './route.ts';

export function addUnsubscribe(app: Hono, parts: WebParts): void {
  const { site, settings, answers } = parts;
  const wayBack = (isThere: boolean, context: Context) => (isThere ? { resubscribeUrl: urlOf('resubscribe', context) } : {});

  app.get(
    `${settings.basePath}/unsubscribe/:token`,
    linked('unsubscribe', parts, async (context, subject) => {
      const subscription = await subscriptionOf(subject, parts);
      const back = wayBack(subscription.isAllowed && !subscription.isSubscribed, context);
      const unsubscribeUrl = urlOf('unsubscribe', context);
      return answers.page(context, { kind: 'unsubscribe', subscription, unsubscribeUrl, ...back }, 200, subject);
    }),
  );

  app.post(
    `${settings.basePath}/unsubscribe/:token`,
    linked('unsubscribe', parts, async (context, subject) => {
      const form = await readForm(context);
      const byOneClick = isOneClick(form);
      if (!byOneClick && form.get('confirm') !== 'yes') return answers.refused(context);
      await site.unsubscribeRecipient(subject.type, subject);
      // It comes without cookies, follows no redirection, and shows no page.
      if (byOneClick) return new Response('Unsubscribed.\n', { headers: { ...privacy, 'content-type': 'text/plain; charset=utf-8' } });
      const subscription = await subscriptionOf(subject, parts);
      return answers.page(context, { kind: 'unsubscribed', subscription, ...wayBack(subscription.isAllowed, context) }, 200, subject);
    }),
  );

  // For who loads the page anew that says that it is taken back.
  app.get(
    `${settings.basePath}/resubscribe/:token`,
    linked(
      'unsubscribe',
      parts,
      async (context) => new Response(null, { status: 303, headers: { ...privacy, location: urlOf('unsubscribe', context) } }),
    ),
  );

  app.post(
    `${settings.basePath}/resubscribe/:token`,
    linked('unsubscribe', parts, async (context, subject) => {
      const form = await readForm(context);
      if (form.get('resubscribe') !== 'yes' || !(await resubscribe(subject, parts))) return answers.refused(context);
      const subscription = await subscriptionOf(subject, parts);
      return answers.page(context, { kind: 'resubscribed', subscription }, 200, subject);
    }),
  );
}
