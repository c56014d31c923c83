import { formTextsOf, jsonObjectOf, mediaTypeOf } from '../../http/body.ts';
import type { HttpRequest } from '../../http/listener.ts';
import * as http from '../../http/parameters.ts';
import { badParameter } from './refusal.ts';

/** Everything is text, as it comes in a form; what is no text in JSON is JSON. */
export type Parameters = Readonly<Record<string, string>>;

/** What every call takes: https://developers.facebook.com/docs/graph-api/overview. */
const common: readonly string[] = ['access_token', 'appsecret_proof', 'appsecret_time', 'format', 'locale', 'pretty'];

/** From the query and from the body: JSON, urlencoded or multipart. Throws a Refusal for a body of which nothing can be made. */
export async function readParameters(request: HttpRequest): Promise<Parameters> {
  const query = Object.fromEntries(request.url.searchParams);
  const type = mediaTypeOf(request);
  if (type === undefined) return query;
  const given = type === 'application/json' ? jsonTextsOf(request) : await formTextsOf(request);
  // Stricter than Facebook, which passes over what it does not know.
  if (!given) throw badParameter(`the content type "${type}" is not read`);
  return { ...query, ...given };
}

function jsonTextsOf(request: HttpRequest): Parameters {
  const json = jsonObjectOf(request);
  if (!json) throw badParameter('the body is no JSON object');
  return Object.fromEntries(Object.entries(json).map(([name, one]) => [name, typeof one === 'string' ? one : JSON.stringify(one)]));
}

export const checkNames = (parameters: Parameters, known: readonly string[]): void =>
  http.checkNames(parameters, [...known, ...common], badParameter);

export function readFlag(parameters: Parameters, name: string): boolean | undefined {
  const value = parameters[name];
  if (value === undefined) return undefined;
  if (!['true', 'false', '1', '0'].includes(value)) throw badParameter(`Param ${name} must be a boolean`);
  return value === 'true' || value === '1';
}

/** From 0. */
export function readInteger(parameters: Parameters, name: string): number | undefined {
  const refusal = (): Error => badParameter(`Param ${name} must be an integer`);
  if (parameters[name]?.startsWith('-')) throw refusal();
  return http.readInteger(parameters, name, refusal);
}
