/**
 * The value that a parser made of a body before the handler got the request. Express and the API routes of Next.js keep it as
 * `body` of the request of node:http, which `getRequestListener` of `@hono/node-server` passes on as `incoming`.
 */
export function parsedBody(environment: unknown): unknown {
  const { incoming } = Object(environment) as { readonly incoming?: unknown };
  return (Object(incoming) as { readonly body?: unknown }).body;
}

/**
 * The fields of a form that was parsed already: texts, or lists of texts, by name. A long list may have come as an object
 * with the places as its keys.
 */
export function formOf(parsed: unknown): FormData {
  const form = new FormData();
  for (const [name, given] of Object.entries(Object(parsed) as object)) {
    const values: readonly unknown[] = typeof given === 'object' && given !== null ? Object.values(given) : [given];
    for (const value of values) if (typeof value === 'string') form.append(name, value);
  }
  return form;
}
