import type { HttpRequest } from './listener.ts';

const forms: readonly unknown[] = ['application/x-www-form-urlencoded', 'multipart/form-data'];

/** In lower case, without parameters; undefined for a request without a body. */
export const mediaTypeOf = ({ headers, body }: HttpRequest): string | undefined =>
  body.length === 0 ? undefined : (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();

/** A form, urlencoded or multipart. Undefined for every other body. */
export async function formOf(request: HttpRequest): Promise<Readonly<Record<string, string | File>> | undefined> {
  if (!forms.includes(mediaTypeOf(request))) return undefined;
  const headers = { 'content-type': request.headers['content-type'] as string };
  return Object.fromEntries(await new Response(new Uint8Array(request.body), { headers }).formData());
}

/** A form without its files. Undefined for every other body. */
export async function formTextsOf(request: HttpRequest): Promise<Readonly<Record<string, string>> | undefined> {
  const form = await formOf(request);
  return form && Object.fromEntries(Object.entries(form).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** Undefined for what is no JSON, and for JSON that is no object. */
export function jsonObjectOf({ body }: HttpRequest): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(body.toString());
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
