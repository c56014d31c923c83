import type { LinkSubject, LinkUser } from '@sitemessage/core/links';
import type { Context } from 'hono';
import { documentOf, styleHash } from './document.ts';
import { acceptedLanguages, pickLanguage } from './language.ts';
import { localeOf } from './locale.ts';
import type { Settings } from './options/options.ts';
import type { Shown } from './pages/page.ts';
import { rendered } from './rendered.ts';

/** What comes back, in the form that was asked for. */
export interface Answers {
  page(context: Context, shown: Shown, status: 200 | 409, subject: LinkSubject | LinkUser): Promise<Response>;
  /** The same for whatever is wrong with a link: nobody learns anything from it. */
  invalid(context: Context): Promise<Response>;
  /** The link is good, and what came with it is not. */
  refused(context: Context): Promise<Response>;
  failed(context: Context): Promise<Response>;
}

/** Nobody else gets to know the URL, which is all that somebody needs to act for the recipient. */
export const privacy = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
} as const;

const later = { 'retry-after': '60' } as const;

/** For when not even a page can be made. */
export function bareFailure(): Response {
  return new Response('Please try again later.\n', { status: 503, headers: { ...privacy, ...later } });
}

export function createAnswers(settings: Settings): Answers {
  const { render, styles } = settings;
  const style = render ? `'self' 'unsafe-inline'` : `'${styleHash(styles)}'`;
  const sources = render ? `; img-src 'self' data:; font-src 'self'` : '';
  const policy = `default-src 'none'; style-src ${style}${sources}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

  const send = async (context: Context, shown: Shown, status: number, subject?: LinkSubject | LinkUser, more = {}): Promise<Response> => {
    const own = subject && (await localeOf(subject, settings));
    const language = pickLanguage([own, ...acceptedLanguages(context.req.header('accept-language'))]);
    const markup = await rendered({ ...shown, language }, settings);
    const headers = {
      ...privacy,
      ...more,
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      'content-security-policy': policy,
      'x-frame-options': 'DENY',
      vary: 'accept-language',
    };
    if (markup !== undefined) return new Response(markup, { status, headers });
    return new Response(documentOf({ kind: 'failed', language }, styles).markup, { status: 503, headers: { ...headers, ...later } });
  };

  const trouble = async (context: Context, shown: Shown & { readonly kind: Trouble }, status: number, more = {}): Promise<Response> => {
    if (isApi(context, settings)) return Response.json({ error: shown.kind }, { status, headers: { ...privacy, ...more } });
    return send(context, shown, status, undefined, more);
  };

  return {
    page: send,
    invalid: (context) => trouble(context, { kind: 'invalid' }, 404),
    refused: (context) => trouble(context, { kind: 'refused' }, 400),
    failed: (context) => trouble(context, { kind: 'failed' }, 503, later),
  };
}

type Trouble = 'invalid' | 'refused' | 'failed';

function isApi({ req }: Context, { basePath }: Settings): boolean {
  return req.path.startsWith(`${basePath}/api/`);
}
