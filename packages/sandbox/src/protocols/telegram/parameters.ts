import type { HttpRequest } from '../../http/listener.ts';
import * as http from '../../http/parameters.ts';
import { badRequest } from './refusal.ts';

export type Parameters = Readonly<Record<string, unknown>>;

/**
 * Returns the parameters of the query and of the body: JSON, urlencoded or multipart. In forms, numbers and
 * objects are text. Like Telegram, it ignores a body of another type.
 *
 * @throws Refusal for JSON that is no object.
 */
export async function readParameters(request: HttpRequest): Promise<Parameters> {
  const query = Object.fromEntries(request.url.searchParams);
  if (http.mediaTypeOf(request) !== 'application/json') return { ...query, ...(await http.formOf(request)) };
  const json = http.jsonObjectOf(request);
  if (!json) throw badRequest("can't parse the request: the body is no JSON object");
  return { ...query, ...json };
}

/** @throws Refusal for a parameter that is not in `known`. */
export const checkNames = (parameters: Parameters, known: readonly string[]): void => http.checkNames(parameters, known, badRequest);

/**
 * Returns a parameter that is an object, or JSON of one in a text. `title` names it in the error.
 *
 * @throws Refusal for a text that is not JSON.
 */
export function readObject(parameters: Parameters, name: string, title: string = name): unknown {
  const value = parameters[name];
  if (typeof value !== 'string') return value;
  const parsed = http.parseJson(value);
  if (parsed === undefined) throw badRequest(`can't parse ${title} JSON object`);
  return parsed;
}

/** @throws Refusal for a value that is no integer. */
export const readInteger = (parameters: Parameters, name: string): number | undefined =>
  http.readInteger(parameters, name, () => badRequest(`field "${name}" must be a valid Number`));
