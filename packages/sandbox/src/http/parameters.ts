import type { HttpRequest } from './listener.ts';

type Parameters = Readonly<Record<string, unknown>>;

const formTypes: readonly unknown[] = ['application/x-www-form-urlencoded', 'multipart/form-data'];

/** Returns the media type in lower case, without parameters. Undefined for a request without a body. */
export const mediaTypeOf = ({ headers, body }: HttpRequest): string | undefined =>
  body.length === 0 ? undefined : (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();

/** Returns the fields of a form, urlencoded or multipart. Undefined for every other body. */
export async function formOf(request: HttpRequest): Promise<Readonly<Record<string, string | File>> | undefined> {
  if (!formTypes.includes(mediaTypeOf(request))) return undefined;
  const headers = { 'content-type': request.headers['content-type'] as string };
  return Object.fromEntries(await new Response(new Uint8Array(request.body), { headers }).formData());
}

/** Returns the fields of a form, without its files. Undefined for every other body. */
export async function formTextsOf(request: HttpRequest): Promise<Readonly<Record<string, string>> | undefined> {
  const form = await formOf(request);
  return form && Object.fromEntries(Object.entries(form).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** Returns the body as a JSON object. Undefined for every other body. */
export function jsonObjectOf({ body }: HttpRequest): Parameters | undefined {
  const value = parseJson(body.toString());
  return isObject(value) ? value : undefined;
}

/** Returns the value of a JSON text. Undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns true for an object that is no list. */
export const isObject = (value: unknown): value is Parameters => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Refuses unknown parameters. Providers ignore them, but a test should notice a misspelled one.
 *
 * @throws the error that `refusal` returns.
 */
export function checkNames(parameters: Parameters, known: readonly string[], refusal: (problem: string) => Error): void {
  const unknown = Object.keys(parameters).find((name) => !known.includes(name));
  if (unknown !== undefined) throw refusal(`there is no parameter "${unknown}" here`);
}

/**
 * Returns an integer that came as a number, or as text in a form. Undefined when it is missing.
 *
 * @throws the error that `refusal` returns.
 */
export function readInteger(parameters: Parameters, name: string, refusal: () => Error): number | undefined {
  const value = parameters[name];
  if (value === undefined) return undefined;
  if (!/^-?\d+$/.test(String(value)) || !Number.isSafeInteger(Number(value))) throw refusal();
  return Number(value);
}
