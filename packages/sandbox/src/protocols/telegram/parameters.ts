import { formOf, jsonObjectOf, mediaTypeOf, parseJson } from '../../http/body.ts';
import type { HttpRequest } from '../../http/listener.ts';
import * as http from '../../http/parameters.ts';
import { badRequest } from './refusal.ts';

export type Parameters = Readonly<Record<string, unknown>>;

/** From the query and the body: JSON, urlencoded or multipart, where numbers and objects come as text. */
export async function readParameters(request: HttpRequest): Promise<Parameters> {
  const query = Object.fromEntries(request.url.searchParams);
  // What it does not know it does not read: as if nothing had been given.
  if (mediaTypeOf(request) !== 'application/json') return { ...query, ...(await formOf(request)) };
  const json = jsonObjectOf(request);
  if (!json) throw badRequest("can't parse the request: the body is no JSON object");
  return { ...query, ...json };
}

export const checkNames = (parameters: Parameters, known: readonly string[]): void => http.checkNames(parameters, known, badRequest);

/** The original takes JSON inside of text for objects, and text for numbers and booleans. */
export function readObject(parameters: Parameters, name: string, what: string = name): unknown {
  const value = parameters[name];
  if (typeof value !== 'string') return value;
  const parsed = parseJson(value);
  if (parsed === undefined) throw badRequest(`can't parse ${what} JSON object`);
  return parsed;
}

export const readInteger = (parameters: Parameters, name: string): number | undefined =>
  http.readInteger(parameters, name, () => badRequest(`field "${name}" must be a valid Number`));
