import type { LinkPurpose, LinkSubject } from '@sitemessage/core';
import type { Context } from 'hono';
import type { Answers } from '../answers.ts';
import type { WebSite } from '../handler.ts';
import type { Settings } from '../options.ts';

/** What routes are made of. */
export interface WebParts {
  readonly site: WebSite;
  readonly settings: Settings;
  readonly answers: Answers;
}

type Work = (context: Context, subject: LinkSubject) => Promise<Response>;

/** Does the work for whom the link was made, and nothing at all without one that was made for this purpose. */
export function linked(purpose: LinkPurpose, { settings, answers }: WebParts, work: Work): (context: Context) => Promise<Response> {
  return (context) => {
    const subject = settings.links.read(purpose, context.req.param('token') ?? '');
    return subject ? work(context, subject) : answers.invalid(context);
  };
}
