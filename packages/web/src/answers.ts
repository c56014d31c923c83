import type { LinkSubject, LinkUser } from '@sitemessage/core/links';
import type { Context } from 'hono';
import { localeOf, renderOwnPage } from './callbacks.ts';
import { acceptedLanguages, pickLanguage } from './language.ts';
import type { Settings } from './options.ts';
import { documentOf, styleHash } from './pages/document.ts';
import type { PageData } from './pages/page.ts';

/** Makes the answers: pages in HTML, and problems in JSON for the routes below `/api`. */
export interface Answers {
  page(context: Context, data: PageData, status: 200 | 409, subject: LinkSubject | LinkUser): Promise<Response>;
  /** Answers 404. Every problem of a link gets the same answer, which tells nothing of the reason. */
  invalid(context: Context): Promise<Response>;
  /** Answers 400: the link is good, and the body is not. */
  refused(context: Context): Promise<Response>;
  /** Answers 503. */
  failed(context: Context): Promise<Response>;
}

/** Headers that keep the URL secret. It is all that somebody needs to act for the recipient. */
export const privacyHeaders = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
} as const;

const retryLater = { 'retry-after': '60' } as const;

/** Answers 503 in plain text, when no page can be made. */
export function plainFailure(): Response {
  return new Response('Please try again later.\n', { status: 503, headers: { ...privacyHeaders, ...retryLater } });
}

export function createAnswers(settings: Settings): Answers {
  const { render, report, styles } = settings;
  const style = render ? `'self' 'unsafe-inline'` : `'${styleHash(styles)}'`;
  const sources = render ? `; img-src 'self' data:; font-src 'self'` : '';
  const policy = `default-src 'none'; style-src ${style}${sources}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

  const page = async (context: Context, data: PageData, status: number, subject?: LinkSubject | LinkUser, more = {}): Promise<Response> => {
    const locale = subject && (await localeOf(subject, settings));
    const language = pickLanguage([locale, ...acceptedLanguages(context.req.header('accept-language'))]);
    const shown = { ...data, language };
    const markup = render ? await renderOwnPage(shown, render, report) : documentOf(shown, styles).markup;
    const headers = {
      ...privacyHeaders,
      ...more,
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      'content-security-policy': policy,
      'x-frame-options': 'DENY',
      vary: 'accept-language',
    };
    if (markup !== undefined) return new Response(markup, { status, headers });
    return new Response(documentOf({ kind: 'failed', language }, styles).markup, { status: 503, headers: { ...headers, ...retryLater } });
  };

  const problem = async (context: Context, data: ProblemData, status: number, more = {}): Promise<Response> => {
    if (isApi(context, settings)) return Response.json({ error: data.kind }, { status, headers: { ...privacyHeaders, ...more } });
    return page(context, data, status, undefined, more);
  };

  return {
    page,
    invalid: (context) => problem(context, { kind: 'invalid' }, 404),
    refused: (context) => problem(context, { kind: 'refused' }, 400),
    failed: (context) => problem(context, { kind: 'failed' }, 503, retryLater),
  };
}

type ProblemData = Extract<PageData, { readonly kind: 'invalid' | 'refused' | 'failed' }>;

function isApi({ req }: Context, { basePath }: Settings): boolean {
  return req.path.startsWith(`${basePath}/api/`);
}
