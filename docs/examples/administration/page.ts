import {
  type DispatchDetails,
  type DispatchRecord,
  type Html,
  html,
  type Sitemessage,
} from '@sitemessage/core';

// #region handler
type Site = Pick<
  Sitemessage,
  'counts' | 'list' | 'find' | 'requeue' | 'cancel'
>;
type Authorize = (request: Request) => boolean | Promise<boolean>;

const hourMs = 60 * 60_000;

/** Answers `/`, `/dispatches/<id>`, and the forms of the second one. */
export function createAdministration(site: Site, authorize: Authorize) {
  return async (request: Request): Promise<Response> => {
    if (!(await authorize(request)))
      return page(403, html`<p>Log in first.</p>`);
    const { pathname } = new URL(request.url);
    if (pathname === '/') return page(200, await overview(site));
    const [, id = '', action] =
      /^\/dispatches\/([\w-]+)(?:\/(\w+))?$/.exec(pathname) ?? [];
    if (request.method === 'POST') return change(site, request, id, action);
    const dispatch = await site.find(id);
    return dispatch
      ? page(200, details(dispatch))
      : page(404, html`<p>Not found.</p>`);
  };
}

/** Requeues or cancels one dispatch, then shows it. */
async function change(
  site: Site,
  request: Request,
  id: string,
  action?: string,
): Promise<Response> {
  // Another web site must not be able to submit these forms for an operator.
  if (request.headers.get('sec-fetch-site') !== 'same-origin') {
    return page(403, html`<p>Use the buttons of this page.</p>`);
  }
  if (action === 'requeue') await site.requeue({ ids: [id] });
  if (action === 'cancel') await site.cancel({ ids: [id] });
  return new Response(null, {
    status: 303,
    headers: { location: `/dispatches/${id}` },
  });
}
// #endregion handler

// #region pages
async function overview(site: Site): Promise<Html> {
  const since = Date.now() - 24 * hourMs;
  const counts = await site.counts({ since });
  const failed = await first(100, site.list({ status: 'failed', since }));
  const cells = counts.map(
    ({ messenger, type, status, count }) =>
      html`<tr><td>${messenger}<td>${type}<td>${status}<td>${count}`,
  );
  const links = failed.map(
    ({ id, messenger, address }) =>
      html`<li><a href="/dispatches/${id}">${messenger}: ${address}</a>`,
  );
  return html`<h1>Messages of the last day</h1><table>${cells}</table>
<h2>Failed</h2><ul>${links}</ul>`;
}

/** `list` reads row by row, so that leaving the loop reads no more. */
async function first(
  most: number,
  list: AsyncIterable<DispatchRecord>,
): Promise<DispatchRecord[]> {
  const found: DispatchRecord[] = [];
  for await (const dispatch of list) {
    found.push(dispatch);
    if (found.length === most) break;
  }
  return found;
}

function details({
  id,
  type,
  messenger,
  address,
  status,
  errors,
}: DispatchDetails): Html {
  const isFinal = status === 'failed' || status === 'skipped';
  const isOpen = status === 'pending' || status === 'error';
  const attempts = errors.map(
    ({ attempt, code, message }) =>
      html`<li>Attempt ${attempt}: ${code}. ${message}`,
  );
  return html`<h1>${type} by ${messenger}, to ${address}</h1>
<p>${status}</p><ul>${attempts}</ul>
${isFinal && button(id, 'requeue')}${isOpen && button(id, 'cancel')}`;
}

const button = (id: string, action: string): Html =>
  html`<form method="post" action="/dispatches/${id}/${action}">
<button>${action}</button></form>`;

function page(status: number, body: Html): Response {
  const head = html`<!doctype html><html lang="en"><title>Messages</title>`;
  const text = html`${head}${body}</html>`;
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
  };
  return new Response(text.markup, { status, headers });
}
// #endregion pages
