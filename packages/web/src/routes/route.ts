import type { LinkPurpose, LinkSubject, LinkUser } from '@sitemessage/core/links';
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

type Work<Subject> = (context: Context, subject: Subject) => Promise<Response>;
type Linked = (context: Context) => Promise<Response>;

/** Does the work for the person that the link was made for, and nothing at all without a link of this purpose. */
export function linked(purpose: 'unsubscribe', parts: WebParts, work: Work<LinkSubject>): Linked;
export function linked(purpose: 'preferences', parts: WebParts, work: Work<LinkSubject | LinkUser>): Linked;
export function linked(purpose: LinkPurpose, { settings, answers }: WebParts, work: Work<never>): Linked {
  return (context) => {
    const subject = settings.links.read(purpose, context.req.param('token') ?? '');
    return subject ? work(context, subject as never) : answers.invalid(context);
  };
}
