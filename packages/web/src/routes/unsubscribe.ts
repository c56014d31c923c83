import type { Hono } from 'hono';
import { privacy } from '../answers.ts';
import { readForm } from '../body.ts';
import { resubscribe, subscriptionOf } from '../subscription.ts';
import { linked, type WebParts } from './route.ts';

export function addUnsubscribe(app: Hono, parts: WebParts): void {
  const { site, settings, answers } = parts;

  // What opens the links of a mail by itself gets a question, and so does who reloads the page that says that it is taken back.
  app.on(
    'GET',
    [`${settings.basePath}/unsubscribe/:token`, `${settings.basePath}/resubscribe/:token`],
    linked('unsubscribe', parts, async (context, subject) =>
      answers.page(context, { kind: 'unsubscribe', subscription: await subscriptionOf(subject, parts) }, 200, subject),
    ),
  );

  app.post(
    `${settings.basePath}/unsubscribe/:token`,
    linked('unsubscribe', parts, async (context, subject) => {
      const form = await readForm(context.req.raw);
      // RFC 8058: what a mail provider posts, without cookies. It follows no redirection.
      const isOneClick = form.get('List-Unsubscribe') === 'One-Click';
      if (!isOneClick && form.get('confirm') !== 'yes') return answers.refused(context);
      await site.unsubscribeRecipient(subject.type, subject);
      if (isOneClick) return new Response('Unsubscribed.\n', { headers: { ...privacy, 'content-type': 'text/plain; charset=utf-8' } });
      const subscription = await subscriptionOf(subject, parts);
      const again = subscription.isAllowed ? { resubscribeUrl: `../resubscribe/${context.req.param('token')}` } : {};
      return answers.page(context, { kind: 'unsubscribed', subscription, ...again }, 200, subject);
    }),
  );

  app.post(
    `${settings.basePath}/resubscribe/:token`,
    linked('unsubscribe', parts, async (context, subject) => {
      if (!(await resubscribe(subject, parts))) return answers.refused(context);
      const subscription = await subscriptionOf(subject, parts);
      return answers.page(context, { kind: 'resubscribed', subscription }, 200, subject);
    }),
  );
}
