import type { LinkPurpose, LinkSubject, LinkUser } from '@sitemessage/core/links';
import type { Context } from 'hono';
import type { Answers } from '../answers.ts';
import type { Settings, WebSite } from '../options.ts';

/** The parts that every route uses. */
export interface WebContext {
  readonly site: WebSite;
  readonly settings: Settings;
  readonly answers: Answers;
}

type Linked = (context: Context) => Promise<Response>;
type LinkHandler<Subject> = (context: Context, subject: Subject) => Promise<Response>;

/** Calls the handler with the subject of the link. A link of another purpose, or a wrong one, gets 404. */
export function withLink(purpose: 'unsubscribe', web: WebContext, handle: LinkHandler<LinkSubject>): Linked;
export function withLink(purpose: 'preferences', web: WebContext, handle: LinkHandler<LinkSubject | LinkUser>): Linked;
export function withLink(purpose: LinkPurpose, { settings, answers }: WebContext, handle: LinkHandler<never>): Linked {
  return (context) => {
    const subject = settings.links.read(purpose, context.req.param('token') ?? '');
    return subject ? handle(context, subject as never) : answers.invalid(context);
  };
}

/**
 * Returns the URL of another route for the same link. It is relative, because a proxy may change the path
 * before it.
 */
export function urlOf(route: 'unsubscribe' | 'resubscribe' | 'preferences', { req }: Context): string {
  return `../${route}/${req.param('token')}`;
}
