import type { HttpRequest } from '../../http/listener.ts';
import { badRequest } from './refusal.ts';

export type Parameters = Readonly<Record<string, unknown>>;

/** From the query and the body: JSON, urlencoded or multipart, where numbers and objects come as text. */
export async function readParameters({ url, headers, body }: HttpRequest): Promise<Parameters> {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  const query = Object.fromEntries(url.searchParams);
  if (body.length === 0) return query;
  if (type === 'application/json') return { ...query, ...asObject(parse(body.toString())) };
  if (type === 'application/x-www-form-urlencoded' || type === 'multipart/form-data') {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': headers['content-type'] as string } }).formData();
    return { ...query, ...Object.fromEntries(form) };
  }
  // What it does not know it does not read: as if nothing had been given.
  return query;
}

/** Undefined for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw badRequest("can't parse the request: the body is no JSON object");
}

/** Stricter than Telegram, which passes over what it does not know: a misspelled parameter would be missed by a test. */
export function checkNames(parameters: Parameters, known: readonly string[]): void {
  const stranger = Object.keys(parameters).find((name) => !known.includes(name));
  if (stranger !== undefined) throw badRequest(`there is no parameter "${stranger}" here`);
}

/** The original takes JSON inside of text for objects, and text for numbers and booleans. */
export function readObject(parameters: Parameters, name: string): unknown {
  const value = parameters[name];
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw badRequest(`can't parse ${name} JSON object`);
  }
}

export function checkBoolean(parameters: Parameters, name: string): void {
  const value = parameters[name];
  if (value !== undefined && ![true, false, 'true', 'false', 'True', 'False', '0', '1'].includes(value as string | boolean)) {
    throw badRequest(`field "${name}" must be of type Boolean`);
  }
}

export function readInteger(parameters: Parameters, name: string): number | undefined {
  const value = parameters[name];
  if (value === undefined) return undefined;
  if (!/^-?\d+$/.test(String(value))) throw badRequest(`field "${name}" must be a valid Number`);
  return Number(value);
}
