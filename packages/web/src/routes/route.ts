import type { LinkPurpose, LinkSubject } from '@sitemessage/core';
import type { Context } from 'hono';
import type { Answers } from '../answers.ts';
import type { Settings } from '../options/options.ts';
import type { WebSite } from '../site.ts';

/** What routes are made of. */
export interface WebParts {
  readonly site: WebSite;
  readonly settings: Settings;
  readonly answers: Answers;
}

/** Of another route for the same link. Relative, so that it is right behind a proxy that answers below another path. */
export function urlOf(route: 'unsubscribe' | 'resubscribe' | 'preferences', { req }: Context): string {
  return `../${route}/${req.param('token')}`;
}

type Work = (context: Context, subject: LinkSubject) => Promise<Response>;

/** Does the work for whom the link was made, and nothing at all without one that was made for this purpose. */
export function linked(purpose: LinkPurpose, { settings, answers }: WebParts, work: Work): (context: Context) => Promise<Response> {
  return (context) => {
    const subject = settings.links.read(purpose, context.req.param('token') ?? '');
    return subject ? work(context, subject) : answers.invalid(context);
  };
}
